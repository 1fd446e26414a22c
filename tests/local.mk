include tests/unit/local.mk
include tests/cli/local.mk
include tests/milter/local.mk
include tests/dns/local.mk
include tests/hooks/local.mk
include tests/mta/local.mk
include tests/lint/local.mk
include tests/fuzz/local.mk
