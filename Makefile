# pixart: `make run` makes a picture, `make test` tests. Both install what the machine lacks first.

PREFIX ?= /usr/local
PROMPT ?= a red apple on a blue background
PICTURES ?= pictures
BUILD := .build/release

# A Swift toolchain outside the PATH is found where it is usually unpacked.
SWIFT := $(shell command -v swift || ls /opt/swift/usr/bin/swift 2>/dev/null || echo swift)

.PHONY: run test lint format bench sheet install clean packages build

run: build
	@mkdir -p $(PICTURES)
	$(BUILD)/pixart generate "$(PROMPT)" --output $(PICTURES)/

test: packages
	$(SWIFT) test --disable-xctest

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
	$(BUILD)/pixart bench step --size 256
	$(BUILD)/pixart bench step --size 512
	$(BUILD)/pixart bench decode --size 512
	$(BUILD)/pixart bench encode --tokens 40
	$(BUILD)/pixart bench picture

# The 24 prompts of the README, on one sheet.
sheet: build
	Scripts/sheet $(BUILD)/pixart Scripts/sheet-prompts.txt Documentation/sheet.png

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/pixart
	install -m 755 $(BUILD)/pixart $(DESTDIR)$(PREFIX)/bin/pixart
	cp -R $(BUILD)/pixart_Checkpoints.resources/default-model $(DESTDIR)$(PREFIX)/share/pixart/

clean:
	rm -rf .build
