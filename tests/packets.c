/*
 * Send an exact number of packets through one interface, whatever its addresses and routes are.
 *
 *	packets send IFACE PROTOCOL SOURCE N	N frames with an Ethernet and an IP header: PROTOCOL is IP's number; or arp,
 *						or ipv6, which carries ICMPv6. SOURCE is an IPv4 address
 *	packets without CAP COMMAND...		run COMMAND without that capability (13 is CAP_NET_RAW)
 *
 * A frame goes to the broadcast address, so that whoever gets it drops it in silence: nothing is answered, and what is
 * counted on the other side is what was sent here. (ENOBUFS is no failure: something threw the frame away on its way out.)
 *
 * Kernel: net/packet/af_packet.c packet_snd()
 * Try:    unshare -n sh -c 'ip link set lo up; build/tests/packets send lo 17 10.0.0.1 5'
 * Next:   tests/filters.c
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FRAME = 60 };			/* the shortest there is */

/* Enough of the headers for who looks at types, lengths and addresses. Returns the type of the frame. */
static uint16_t fill(unsigned char *frame, const char *protocol, struct in_addr source)
{
	static const unsigned char everybody[6] = { 255, 255, 255, 255, 255, 255 };
	unsigned char *ip = frame + ETH_HLEN;
	uint16_t type = ETHERTYPE_IP;

	memset(frame, 0, FRAME);
	memcpy(frame, everybody, 6);
	frame[6] = 2;			/* a made-up sender */
	if (strcmp(protocol, "arp") == 0) {
		type = ETHERTYPE_ARP;
		memcpy(ip, "\0\1\10\0\6\4\0\1", 8);
	} else if (strcmp(protocol, "ipv6") == 0) {
		type = ETHERTYPE_IPV6;
		ip[0] = 0x60;
		ip[5] = 6;		/* bytes behind the header */
		ip[6] = IPPROTO_ICMPV6;
	} else {
		ip[0] = 0x45;
		ip[3] = FRAME - ETH_HLEN;
		ip[8] = 1;
		ip[9] = (unsigned char)atoi(protocol);
		memcpy(ip + 12, &source, 4);
		memset(ip + 16, 255, 4);
	}
	frame[12] = (unsigned char)(type >> 8);
	frame[13] = (unsigned char)type;
	return type;
}

static int send_frames(const char *iface, const char *protocol, const char *from, long n)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(iface), .sll_halen = 6 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	unsigned char frame[FRAME];
	struct in_addr source;

	if (fd < 0 || !to.sll_ifindex || !inet_aton(from, &source) || n < 1) {
		perror("packets");
		return 1;
	}
	to.sll_protocol = htons(fill(frame, protocol, source));
	for (long i = 0; i < n; i++)
		if (sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)) != FRAME && errno != ENOBUFS) {
			perror("packets: sendto");
			return 1;
		}
	close(fd);
	return 0;
}

static int without(int cap, char **command)
{
	if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
		execvp(command[0], command);
	perror("packets: without");
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "send") == 0)
		return send_frames(argv[2], argv[3], argv[4], atol(argv[5]));
	if (argc > 3 && strcmp(argv[1], "without") == 0)
		return without(atoi(argv[2]), argv + 3);
	fputs("usage: packets send IFACE PROTOCOL SOURCE N | without CAP COMMAND...\n", stderr);
	return 2;
}
