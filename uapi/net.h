/*
 * Network interfaces, as far as a program is attached to one.
 *
 *	socket(AF_UNIX)  ioctl(SIOCGIFINDEX, ifreq)		from a name to a number
 *	socket(AF_PACKET)  setsockopt(SO_ATTACH_BPF)  bind(sockaddr_ll)	a program on a socket
 *
 * The structures have the kernel's names and members, which libc hides behind
 * macros; the constants that libc has under the same names are taken from there.
 *
 * Kernel: include/uapi/linux/if.h, include/uapi/linux/if_packet.h
 * Next: uapi/netlink.h
 */
#ifndef UAPI_NET_H
#define UAPI_NET_H

#include <stdint.h>

enum { IFNAMSIZ_ = 16 };		/* bytes of a name with its NUL; the name is a macro of libc's */

struct ifreq_index {			/* struct ifreq, of whose union ifr_ifindex is the one that counts here */
	char ifr_name[IFNAMSIZ_];
	union {
		int32_t ifr_ifindex;
		uint64_t room[3];	/* the kernel copies all of the union */
	};
};

#define ETH_P_ALL 0x0003		/* packets of every protocol, those that go out too */

struct sockaddr_ll {			/* the address of a packet socket */
	uint16_t sll_family;
	uint16_t sll_protocol;		/* in network byte order */
	int32_t sll_ifindex;
	uint16_t sll_hatype;
	uint8_t sll_pkttype, sll_halen, sll_addr[8];
};

#endif
