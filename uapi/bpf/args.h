/*
 * uapi/bpf/args.h - counting the arguments of a macro.
 *
 * bpf_printk() and the BPF_KPROBE() family take any number of arguments, and
 * the C preprocessor cannot loop. The usual way around it: append the numbers
 * 12, 11, ... 0 to the arguments and see which number lands in the 14th place.
 *
 *	BPF_COUNT(a, b)         is 2
 *	BPF_CAT(X, 2)           is X2
 *	BPF_EACH(F, a, b)       is F(a), F(b)
 *
 * In:     nothing
 * Out:    BPF_COUNT() BPF_CAT() BPF_EACH(), for at most 12 arguments
 * Next:   uapi/bpf/tracing.h
 */
#ifndef UAPI_BPF_ARGS_H
#define UAPI_BPF_ARGS_H

#define BPF_14TH(_, a, b, c, d, e, f, g, h, i, j, k, l, n, ...) n
#define BPF_COUNT(...) \
	BPF_14TH(_, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, )

#define BPF_CAT_(a, b) a##b
#define BPF_CAT(a, b) BPF_CAT_(a, b)

#define BPF_EACH0(F)
#define BPF_EACH1(F, a) F(a)
#define BPF_EACH2(F, a, ...) F(a), BPF_EACH1(F, __VA_ARGS__)
#define BPF_EACH3(F, a, ...) F(a), BPF_EACH2(F, __VA_ARGS__)
#define BPF_EACH4(F, a, ...) F(a), BPF_EACH3(F, __VA_ARGS__)
#define BPF_EACH5(F, a, ...) F(a), BPF_EACH4(F, __VA_ARGS__)
#define BPF_EACH6(F, a, ...) F(a), BPF_EACH5(F, __VA_ARGS__)
#define BPF_EACH7(F, a, ...) F(a), BPF_EACH6(F, __VA_ARGS__)
#define BPF_EACH8(F, a, ...) F(a), BPF_EACH7(F, __VA_ARGS__)
#define BPF_EACH9(F, a, ...) F(a), BPF_EACH8(F, __VA_ARGS__)
#define BPF_EACH10(F, a, ...) F(a), BPF_EACH9(F, __VA_ARGS__)
#define BPF_EACH11(F, a, ...) F(a), BPF_EACH10(F, __VA_ARGS__)
#define BPF_EACH12(F, a, ...) F(a), BPF_EACH11(F, __VA_ARGS__)
#define BPF_EACH(F, ...) BPF_CAT(BPF_EACH, BPF_COUNT(__VA_ARGS__))(F, ##__VA_ARGS__)

#endif
