dist_man_MANS += %D%/tlsward.1 %D%/tlsward-cert.1 %D%/tlsward-access.5 %D%/tlsward.conf.5 %D%/tlswardd.8
EXTRA_DIST += %D%/design.md
