EXTRA_DIST += \
	%D%/packages.debian \
	%D%/quickstart \
	%D%/quickstart.d/build.sh \
	%D%/quickstart.d/packages.sh \
	%D%/quickstart.d/steps.sh \
	%D%/quickstart.d/suite.sh
