"""An Elastic Beanstalk in miniature on this machine, and what is looked at once the site runs on it."""
