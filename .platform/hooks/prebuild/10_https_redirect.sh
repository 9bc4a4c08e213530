#!/bin/sh
# HTTPS_REDIRECT=no: behind a proxy that speaks http to the load balancer the redirect to
# https would lead to itself for ever. Elastic Beanstalk copies nginx's files after this hook.
set -eu
case "${HTTPS_REDIRECT:-yes}" in
    yes) ;;
    no) rm -f .platform/nginx/conf.d/elasticbeanstalk/20_https_redirect.conf ;;
    *) echo "HTTPS_REDIRECT must be yes or no" >&2; exit 1 ;;
esac
