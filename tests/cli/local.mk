cli_tests = %D%/batch.test %D%/cert_install.test %D%/cert_verify.test %D%/check.test %D%/config.test %D%/convert.test %D%/explain.test %D%/reload.test %D%/usage.test
dist_check_SCRIPTS += $(cli_tests)
TESTS += $(cli_tests)
# Folders go into the archive whole: a list that is added there is tested without more ado.
EXTRA_DIST += %D%/certs.py %D%/tool.py %D%/golden tests/data/access
