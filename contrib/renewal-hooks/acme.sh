#!/bin/sh
# Gives a certificate of acme.sh's to tlsward, the TLS policy milter and certificate helper.
#
# Install, once for each certificate: acme.sh --install-cert -d NAME --reloadcmd /PATH/TO/acme.sh
# acme.sh remembers that, runs it at once, and again after each renewal.
exec tlsward cert hook
