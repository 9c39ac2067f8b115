# What the libbpf of Debian 12 (1.1) hands over otherwise than the one that is the measure (1.7).

# 1.1 has one uprobe for each place of a USDT probe.
s/: expected_attach_type BPF_TRACE_UPROBE_MULTI$/: expected_attach_type 0/

# Next: tests/oracle/canon.h
