/*
 * Externs and CO-RE over a pretend kernel: what is said when the kernel's types, those of its modules, its symbols or its
 * configuration have no answer, or a strange one; and that nothing stays open, whichever call fails.
 *
 * In: the extern_ objects of tests/objects, kconfig and core
 * Next: tests/unit_arg_ctx.c
 */
#include "loader/bpfwalk.h"
#include "tests/btf_image.h"
#include "tests/check.h"
#include "tests/fake_public.h"
#include "tests/whole_file.h"

/* ---- the kernel: types of its own, one module, files ------------------------------ */

enum { VMLINUX = 1, SOMEBODY, MODULE, LAST = MODULE };	/* the ids of all BTF there is; SOMEBODY's is a program's */

static struct btf_image vmlinux, module;
static unsigned char *module_bytes;
static size_t module_size;
static uint32_t int_id;
static uint32_t asked;			/* the id whose descriptor is asked about */
static long fd_error, name_error, bytes_error;	/* of the calls about the module's BTF */
static long next_error;			/* of BPF_BTF_GET_NEXT_ID, when it is asked for what comes after next_after */
static uint32_t next_after;
static const char *release;		/* uname; NULL: it does not say */

enum { TYPES, SYMBOLS, CONFIG };
static struct fake_file files[] = {
	[TYPES] = { "/sys/kernel/btf/vmlinux", NULL, 0 },
	[SYMBOLS] = { "/proc/kallsyms", NULL, 0 },
	[CONFIG] = { "/boot/config-6.1", NULL, 0 },
	{ NULL, NULL, 0 }
};

static long answer_info(const struct bpf_info_attr *attr)
{
	struct bpf_btf_info *info = (void *)(uintptr_t)attr->info;

	if (asked == MODULE && info->btf) {
		memcpy((void *)(uintptr_t)info->btf, module_bytes, module_size);
		return bytes_error;
	}
	info->btf_size = (uint32_t)module_size;
	info->kernel_btf = asked != SOMEBODY;
	strcpy((char *)(uintptr_t)info->name, asked == MODULE ? "fake_module" : asked == VMLINUX ? "vmlinux" : "");
	return asked == MODULE ? name_error : 0;
}

static long answer(const struct call *c)
{
	struct bpf_id_attr *id = (void *)c->arg[1];

	if (c->nr == CALL_UNAME && release)
		strcpy(((struct new_utsname *)c->arg[0])->release, release);
	if (c->nr == CALL_UNAME)
		return release ? 0 : -EFAULT;
	if (c->nr != CALL_BPF)
		return FAKE_OURS;
	switch (c->arg[0]) {
	case BPF_BTF_GET_NEXT_ID:
		if (next_error && id->start_id == next_after)
			return next_error;
		if (id->start_id == LAST)
			return -ENOENT;
		id->next_id = id->start_id + 1;
		return 0;
	case BPF_BTF_GET_FD_BY_ID:
		asked = id->btf_id;
		return asked == MODULE && fd_error ? fd_error : fake_fd(NULL, 0);
	case BPF_OBJ_GET_INFO_BY_FD:
		return answer_info((const void *)c->arg[1]);
	case BPF_MAP_CREATE: case BPF_PROG_LOAD: case BPF_BTF_LOAD:
		return fake_fd(NULL, 0);
	}
	return 0;
}

/* ---- loading ----------------------------------------------------------------------- */

static struct bw_object *obj;
static struct bw_error err;
static char notes[1 << 14];

static void observe(void *ctx, const struct bw_event *e)
{
	size_t used = strlen(notes);

	(void)ctx;
	if (e->kind == BW_NOTE)
		snprintf(notes + used, sizeof(notes) - used, "%s\n", e->text);
}

static void start(void)
{
	memset(&vmlinux, 0, sizeof(vmlinux));
	memset(&module, 0, sizeof(module));
	int_id = btf_image_int(&vmlinux, "int", 4, BTF_INT_SIGNED);
	fd_error = name_error = bytes_error = next_error = 0;
	release = "6.1";
	files[TYPES].path = "/sys/kernel/btf/vmlinux";
	files[SYMBOLS].path = "/proc/kallsyms";
	files[SYMBOLS].text = files[CONFIG].text = "\n";
}

static void *bytes_of(struct btf_image *m, size_t *size)
{
	struct view v = btf_image_view(m);

	*size = v.size;
	return memcpy(malloc(v.size), v.base, v.size);
}

static const char *other_name;		/* of LINUX_KERNEL_VERSION in the object, one as long; NULL: its own */

static void rename_extern(unsigned char *bytes, size_t size)
{
	static const char name[] = "LINUX_KERNEL_VERSION";

	for (size_t i = 0; other_name && i + sizeof(name) <= size; i++)
		if (memcmp(bytes + i, name, sizeof(name)) == 0)
			memcpy(bytes + i, other_name, sizeof(name));
}

static void open_it(const char *name)
{
	static void *object, *types;
	static char path[128];
	struct bw_options options = { 0 };

	bw_other_kernel(&options, kernel, NULL);
	bw_observe(&options, observe, NULL);
	bw_close(obj);
	free(object);
	free(types);
	free(module_bytes);
	snprintf(path, sizeof(path), "build/tests/objects/%s.bpf.o", name);
	options.bytes = object = whole_file(path, &options.size);
	rename_extern(object, options.size);
	files[TYPES].text = types = bytes_of(&vmlinux, &files[TYPES].size);
	module_bytes = bytes_of(&module, &module_size);
	fake_start(files);
	fake.answer = answer;
	memset(&err, 0, sizeof(err));
	notes[0] = 0;
	CHECK_INT(bw_open(name, &options, &obj, &err), 0);
}

static int load(const char *name)
{
	open_it(name);
	return bw_load(obj, &err);
}

static void check_nothing_left(void)
{
	bw_close(obj);
	obj = NULL;
	CHECK_INT(fake.wrong, 0);
	CHECK_INT(fake.open, 0);
	CHECK_INT(fake.mapped, 0);
}

#define CHECK_FAILS(OBJECT, CODE, WHERE, MSG) do {	\
	CHECK_INT(load(OBJECT), CODE);			\
	CHECK_STR(err.msg, MSG);			\
	CHECK_STR(err.where, WHERE);			\
	check_nothing_left();				\
} while (0)

#define CHECK_LOADS(OBJECT) do {			\
	CHECK_STR((load(OBJECT), err.msg), "");		\
} while (0)

/* Of what extern_ksyms wants the kernel has the variable, of this type. */
static void variable(struct btf_image *m, const char *name, uint32_t type)
{
	btf_image_type(m, name, BTF_KIND_VAR, 0, type);
	btf_image_words(m, 1, (uint32_t)BTF_VAR_GLOBAL_ALLOCATED);
}

/* A module's types and names are counted on from the kernel's: so are those of the image, but for its first name. */
static void module_struct_rq(void)
{
	uint32_t names = vmlinux.strings_size, id;

	id = vmlinux.ntypes + btf_image_type(&module, "", BTF_KIND_STRUCT, 0, 4);
	module.words[0] = names + btf_image_name(&module, "rq");
	variable(&module, "", id);
	module.words[3] = names + btf_image_name(&module, "runqueues");
}

/* ---- typed ---------------------------------------------------------------------------- */

TEST(typed_in_vmlinux)
{
	start();
	variable(&vmlinux, "runqueues", btf_image_type(&vmlinux, "rq", BTF_KIND_STRUCT, 0, 4));
	CHECK_LOADS("extern_ksyms");
	CHECK_HAS(notes, "runqueues is type 3 of vmlinux\n");
	CHECK_HAS(notes, "no_such_variable (.ksyms): not in this kernel; it is weak, so its address is 0\n");
	check_nothing_left();
}

TEST(typed_in_a_module)
{
	start();
	module_struct_rq();
	CHECK_LOADS("extern_ksyms");
	CHECK_HAS(notes, "runqueues is type 3 of module fake_module (descriptor ");
	check_nothing_left();
}

/* A function of a module is called by the place of the module's descriptor in an array. */
TEST(function_in_a_module)
{
	uint32_t names, proto;

	start();
	names = vmlinux.strings_size;
	proto = vmlinux.ntypes + btf_image_type(&module, "", BTF_KIND_FUNC_PROTO, 0, 0);
	btf_image_type(&module, "", BTF_KIND_FUNC, BTF_FUNC_GLOBAL, proto);
	module.words[3] = names + btf_image_name(&module, "bpf_rcu_read_lock");
	btf_image_type(&module, "", BTF_KIND_FUNC, BTF_FUNC_GLOBAL, proto);
	module.words[6] = names + btf_image_name(&module, "bpf_rcu_read_unlock");
	CHECK_LOADS("extern_kfunc");
	CHECK_HAS(notes, "bpf_rcu_read_lock is type 3 of module fake_module (descriptor ");
	CHECK_HAS(notes, "bpf_rcu_read_unlock is type 4 of module fake_module (descriptor ");
	CHECK_HAS(notes, ", in fd_array for the calls of it)\n");
	CHECK_HAS(notes, "bpf_rcu_read_lock___other (.ksyms): not in this kernel; it is weak, so its address is 0, and a call of it"
		  " is none that the verifier lets pass\n");
	check_nothing_left();
}

TEST(typed_nowhere)
{
	start();
	CHECK_FAILS("extern_ksyms", -EINVAL, "externs", "runqueues (.ksyms): no variable of that name in the types of the kernel"
		    " or of a module, and it is not weak");
	start();
	variable(&vmlinux, "runqueues", int_id);
	CHECK_FAILS("extern_ksyms", -EINVAL, "externs", "runqueues (.ksyms): declared in another way than vmlinux has it: it is an"
		    " int there, and a struct in the object");
	start();
	files[TYPES].path = "";
	CHECK_FAILS("extern_ksyms", -ENOENT, "kernel btf", "this kernel does not show its types: /sys/kernel/btf/vmlinux is not"
		    " there (CONFIG_DEBUG_INFO_BTF)");
}

TEST(modules_that_cannot_be_read)
{
	start();
	fd_error = -ENOENT;		/* gone between its id and its descriptor */
	module_struct_rq();
	CHECK_INT(load("extern_ksyms"), -EINVAL);
	CHECK_HAS(err.msg, "no variable of that name");
	check_nothing_left();
	fd_error = -EMFILE;
	CHECK_FAILS("extern_ksyms", -EMFILE, "kernel btf", "BPF_BTF_GET_FD_BY_ID of 3: EMFILE");
	fd_error = 0;
	next_error = -EIO;
	next_after = 2;
	CHECK_FAILS("extern_ksyms", -EIO, "kernel btf", "BPF_BTF_GET_NEXT_ID after 2: EIO");
	next_error = -EPERM;
	next_after = 0;
	CHECK_INT(load("extern_ksyms"), -EINVAL);
	CHECK_HAS(notes, "the modules' types cannot be listed without CAP_SYS_ADMIN: going on with the kernel's own\n");
	check_nothing_left();
	next_error = 0;
	name_error = -EIO;
	CHECK_FAILS("extern_ksyms", -EIO, "kernel btf", "asking what BTF a descriptor is: EIO");
	name_error = -E2BIG;		/* before 5.11 */
	CHECK_INT(load("extern_ksyms"), -EINVAL);
	CHECK_HAS(notes, "this kernel knows no names of BTF, and so has none of modules (before 5.11)\n");
	check_nothing_left();
	name_error = 0;
	bytes_error = -EIO;
	CHECK_FAILS("extern_ksyms", -EIO, "kernel btf", "reading the BTF of module fake_module: EIO");
	bytes_error = 0;
	module.header.magic = 0x1234;
	CHECK_FAILS("extern_ksyms", -EINVAL, "kernel btf", "fake_module: btf header: magic 0x1234, expected 0xeb9f");
}

/* ---- addresses --------------------------------------------------------------------------- */

TEST(addresses)
{
	start();
	files[SYMBOLS].text = "ffffffff81000000 T _stext\nffffffff81000000 T _stext\nffffffff81000040 d bpf_prog_put.llvm.77\n"
			      "short\n0 T\nffffffff81000080 t bpf_prog_putter\n";
	CHECK_LOADS("extern_address");
	CHECK_HAS(notes, "_stext is at 0xffffffff81000000, says /proc/kallsyms\n");
	CHECK_HAS(notes, "bpf_prog_put is at 0xffffffff81000040, says /proc/kallsyms\n");
	check_nothing_left();
}

TEST(addresses_that_are_not_known)
{
	start();
	files[SYMBOLS].text = "ffffffff81000000 T _stext\nffffffff81000040 T bpf_prog_put\nffffffff81000080 t bpf_prog_put\n";
	CHECK_FAILS("extern_address", -EINVAL, "externs", "bpf_prog_put (.ksyms): /proc/kallsyms has it more than once, at"
		    " 0xffffffff81000040 and at 0xffffffff81000080");
	files[SYMBOLS].text = "ffffffff81000000 T _stext\n";
	CHECK_FAILS("extern_address", -ESRCH, "externs", "bpf_prog_put (.ksyms): no such symbol in /proc/kallsyms, and it is not"
		    " weak");
	files[SYMBOLS].text = "0000000000000000 T _stext\n0000000000000000 T bpf_prog_put\n";
	CHECK_INT(load("extern_address"), -EPERM);
	CHECK_HAS(err.msg, " (.ksyms): /proc/kallsyms hides all addresses from this process (kernel.kptr_restrict, CAP_SYSLOG)");
	check_nothing_left();
	files[SYMBOLS].path = "";
	CHECK_FAILS("extern_address", -ENOENT, "externs", "reading /proc/kallsyms: ENOENT");
}

/* ---- the configuration --------------------------------------------------------------------- */

TEST(configuration)
{
	start();
	files[CONFIG].text = "CONFIG_HZ=250\n";
	CHECK_LOADS("kconfig");
	CHECK_HAS(notes, "CONFIG_HZ = 250, from /boot/config-6.1\n");
	CHECK_HAS(notes, "LINUX_KERNEL_VERSION = 393472, from uname\n");
	check_nothing_left();
	files[CONFIG].text = "CONFIG_HZ=y\n";
	CHECK_FAILS("kconfig", -EINVAL, "kconfig", "/boot/config-6.1 line 1: CONFIG_HZ=y: a letter is for bool, enum"
		    " libbpf_tristate or char (type integer, 4 bytes)");
	files[CONFIG].text = "CONFIG_HERTZ=250\n";
	CHECK_FAILS("kconfig", -ESRCH, "externs", "CONFIG_HZ (.kconfig): /boot/config-6.1 does not set it, and it is not weak");
	release = "6.2";
	CHECK_FAILS("kconfig", -EINVAL, "kconfig", "the kernel's configuration is neither in /boot/config-6.2 nor in"
		    " /proc/config.gz (CONFIG_IKCONFIG_PROC): ENOENT");
	release = NULL;
	CHECK_FAILS("kconfig", -EINVAL, "kconfig", "LINUX_KERNEL_VERSION: uname says no version that could be read");
	other_name = "LINUX_KERNEL_VERSE_1";
	CHECK_FAILS("kconfig", -EINVAL, "kconfig", "LINUX_KERNEL_VERSE_1: not known; expected CONFIG_..., LINUX_KERNEL_VERSION,"
		    " LINUX_HAS_BPF_COOKIE or LINUX_HAS_SYSCALL_WRAPPER");
	other_name = NULL;
}

TEST(questions_without_an_answer)
{
	start();
	files[TYPES].path = files[SYMBOLS].path = "";
	files[CONFIG].text = "CONFIG_BPF=y\nCONFIG_BPF_SYSCALL=y\n";
	CHECK_INT(load("extern_config"), -ESRCH);
	CHECK_HAS(notes, "LINUX_HAS_BPF_COOKIE: neither the kernel's types nor its symbols can be read: taken for 0\n");
	check_nothing_left();
}

/* Who asks two questions opens the types twice: what was mapped the first time is not left behind. */
TEST(questions_to_types_that_lie)
{
	start();
	vmlinux.header.magic = 0x1234;
	files[SYMBOLS].text = "ffffffff81000000 T bpf_get_attach_cookie_trace\n";
	files[CONFIG].text = "CONFIG_BPF=y\nCONFIG_BPF_SYSCALL=y\nCONFIG_BPF_JIT=y\nCONFIG_LOG_BUF_SHIFT=17\n"
			     "CONFIG_PGTABLE_LEVELS=4\nCONFIG_HZ=250\nCONFIG_NR_CPUS=8\nCONFIG_DEFAULT_HOSTNAME=\"\"\n"
			     "CONFIG_LSM=\"\"\n";
	CHECK_LOADS("extern_config");
	CHECK_HAS(notes, "LINUX_HAS_BPF_COOKIE = y, from /proc/kallsyms\n");
	check_nothing_left();
}

/* ---- CO-RE ------------------------------------------------------------------------------------ */

TEST(types_that_lie)
{
	start();
	vmlinux.header.type_len = 7;
	CHECK_FAILS("core", -EINVAL, "kernel btf", "/sys/kernel/btf/vmlinux: btf types: type 1: 7 bytes are left, it needs 12");
	vmlinux.header.type_len = 0;
	vmlinux.header.str_len = 1 << 20;
	CHECK_INT(load("core"), -EINVAL);
	CHECK_HAS(err.msg, "/sys/kernel/btf/vmlinux: btf header: strings at 40 size 1048576 are outside the");
	check_nothing_left();
}

/* ---- faults ------------------------------------------------------------------------------------- */

/* Returns whether call n was made at all. */
static bool fail_call(const char *object, unsigned n, long with)
{
	int r;

	NOTE("%s: call %u fails with %s", object, n, errno_name(with));
	open_it(object);
	fake.fail_at = n;
	fake.fail_with = with;
	r = bw_load(obj, &err);
	CHECK((r < 0) == (err.msg[0] != 0));
	check_nothing_left();
	return fake.calls >= n;
}

TEST(every_call_fails)
{
	static const char *const objects[] = { "extern_ksyms", "extern_address", "kconfig" };

	start();
	module_struct_rq();
	files[SYMBOLS].text = "ffffffff81000000 T _stext\nffffffff81000040 T bpf_prog_put\n";
	files[CONFIG].text = "CONFIG_HZ=250\n";
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		unsigned n = 1;

		while (fail_call(objects[i], n, -ENOMEM))
			n++;
		CHECK(n > 5);
	}
}
