dist_man_MANS += %D%/tlswardd.8
