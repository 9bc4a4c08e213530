# Aliases for those who type make; ./run holds the commands.
.PHONY: run test check
run:
	./run
test:
	./run test
check:
	./run check
