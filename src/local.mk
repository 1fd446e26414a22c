include src/base/local.mk
include src/net/local.mk
include src/policy/local.mk
include src/report/local.mk
include src/conf/local.mk
include src/milter/local.mk
include src/cli/local.mk
include src/bin/local.mk
