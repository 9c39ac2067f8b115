# Where bpfwalk differs from libbpf on purpose: what is not compared. docs/limits.md has the same list, for users.

# No kernel takes types for a ring buffer. libbpf tries with them first, and again without.
s/: \(BPF_MAP_TYPE_RINGBUF\|BPF_MAP_TYPE_USER_RINGBUF\) of key .*/: \1/

# Nor for a key whose value has none.
s/\(BPF_MAP_TYPE_[A-Z_]*\) of key .*, value -$/\1/

# Nor has a ring buffer's value a size: what __type(value, ...) says is the type of a record. libbpf passes its size.
s/\(: type=BPF_MAP_TYPE_\(RINGBUF\|USER_RINGBUF\) key_size=0 value_size=\)[0-9]*/\10/

# A perf event array holds a descriptor for each CPU, whatever type its source gives to its records, and to its keys or
# not. libbpf takes the size of that type, and 0 for a key that is not mentioned; all kernels refuse both.
s/\(: type=BPF_MAP_TYPE_PERF_EVENT_ARRAY key_size=\)[0-9]* value_size=[0-9]*/\14 value_size=4/

# libbpf cuts a license after 63 bytes; none so long is one that the kernel calls compatible with the GPL.
s/^\(program .*: name .*, license .\{63\}\).*/\1/

# Next: tests/oracle/older.sed
