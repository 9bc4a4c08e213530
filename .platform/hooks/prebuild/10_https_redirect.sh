#!/bin/sh
# HTTPS_REDIRECT=no: behind a proxy that speaks http to the load balancer the redirect to
# https would lead to itself for ever. Elastic Beanstalk copies nginx's files after this hook.
# The redirect leads to the host of PUBLIC_URL, not to whatever host a request names.
set -eu
redirect=.platform/nginx/conf.d/elasticbeanstalk/20_https_redirect.conf
case "${HTTPS_REDIRECT:-yes}" in
    yes) ;;
    no) rm -f "$redirect" ;;
    *) echo "HTTPS_REDIRECT must be yes or no" >&2; exit 1 ;;
esac
case "${PUBLIC_URL:-}" in
    # What is no plain address, the application refuses; nginx must start all the same.
    https://*[!A-Za-z0-9.:/-]*) ;;
    https://*) [ ! -f "$redirect" ] || sed -i "s|https://\$host|${PUBLIC_URL%/}|" "$redirect" ;;
esac
