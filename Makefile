# pixart: `make run` opens the studio, `make test` tests. Both install what the machine lacks first.

PREFIX ?= /usr/local
PROMPT ?= a red apple on a blue background
PICTURES ?= pictures
BUILD := .build/release

# A Swift toolchain outside the PATH is found where it is usually unpacked.
SWIFT := $(shell command -v swift || ls /opt/swift/usr/bin/swift 2>/dev/null || echo swift)

.PHONY: run documents test test-levels lint format bench sheet walk install clean packages build

run: build
	@mkdir -p $(PICTURES)
	@if [ -t 0 ] && [ -t 1 ]; then $(BUILD)/pixart; \
	else $(BUILD)/pixart generate "$(PROMPT)" --output $(PICTURES)/; fi

# Not all at once: tests that start programs of their own would wait for a core longer than they run, and
# those of kernels change the instruction set of their process.
test:
	@Scripts/packages --tests
	SWIFT=$(SWIFT) Scripts/test --disable-xctest --skip 'DrivenStudioTests|^KernelsTests' --experimental-maximum-parallelization-width 4
	SWIFT=$(SWIFT) Scripts/test --disable-xctest --skip-build --filter '^KernelsTests'
	SWIFT=$(SWIFT) Scripts/test --disable-xctest --skip-build --filter DrivenStudioTests

# Everything that computes, as on processors without AVX-512, and without any vector instructions.
test-levels:
	@Scripts/packages --tests
	@for level in avx2 portable; do \
		echo "With PIXART_INSTRUCTIONS=$$level:"; \
		PIXART_INSTRUCTIONS=$$level SWIFT=$(SWIFT) Scripts/test --disable-xctest \
			--filter '^(Kernels|Transformers|Autoencoders|TextEncoding|Generation)Tests\.' || exit 1; \
	done

build: packages
	$(SWIFT) build -c release --product pixart

# Debian packages that are missing, named before they are installed.
packages:
	@Scripts/packages

lint:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests Fuzz

format:
	$(SWIFT) format -i -r Package.swift Sources Tests Fuzz

# Our side of every figure in SPEED.md; Scripts/bench-peers.py runs diffusers in turn with it.
bench: build
	$(BUILD)/pixart bench step --size 256 --breakdown
	$(BUILD)/pixart bench step --size 512 --breakdown
	$(BUILD)/pixart bench decode --size 512 --breakdown
	$(BUILD)/pixart bench encode --tokens 40 --breakdown
	$(BUILD)/pixart bench picture
	$(BUILD)/pixart bench quality --prompts Scripts/sheet-prompts.txt
	$(BUILD)/pixart bench gallery

# The 32 prompts of the README, on one sheet.
sheet: build
	Scripts/sheet $(BUILD)/pixart Scripts/sheet-prompts.txt Documentation/sheet.png

# The README's walk through the studio, recorded in an xterm.
walk: build
	Scripts/record-walk $(BUILD)/pixart Documentation/walk.gif

# The list of keys in the README and the manual page, from the table in the program.
documents: build
	Scripts/documents $(BUILD)/pixart

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/pixart $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 Documentation/pixart.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	rm -rf $(DESTDIR)$(PREFIX)/share/pixart/default-* $(DESTDIR)$(PREFIX)/share/pixart/themes
	install -m 755 $(BUILD)/pixart $(DESTDIR)$(PREFIX)/bin/pixart
	cp -R $(BUILD)/pixart_Checkpoints.resources/default-* $(DESTDIR)$(PREFIX)/share/pixart/
	cp -R $(BUILD)/pixart_Terminal.resources/themes $(DESTDIR)$(PREFIX)/share/pixart/

clean:
	rm -rf .build
