EXTRA_DIST += \
	%D%/packages.debian \
	%D%/quickstart \
	%D%/quickstart.d/build.sh \
	%D%/quickstart.d/packages.sh \
	%D%/quickstart.d/steps.sh \
	%D%/quickstart.d/suite.sh \
	%D%/renewal-hooks/README.md \
	%D%/renewal-hooks/acme.sh \
	%D%/renewal-hooks/certbot \
	%D%/renewal-hooks/dehydrated \
	%D%/renewal-hooks/lego \
	%D%/renewal-hooks/uacme
