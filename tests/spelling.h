/*
 * How this machine's kernel spells the functions behind system calls: SYS "getpid". Not defined where nobody has looked.
 *
 * Next: tests/kernel_functions.c
 */
#ifndef TESTS_SPELLING_H
#define TESTS_SPELLING_H

#if defined(__x86_64__)
#define SYS "__x64_sys_"
#elif defined(__aarch64__)
#define SYS "__arm64_sys_"
#elif defined(__riscv)
#define SYS "__riscv_sys_"
#endif

#endif
