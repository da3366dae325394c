// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Kernels are always optimised: at `-O0` the tests would crawl.
let kernelFlags: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=fast", "-fno-math-errno"])]

let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [])
  -> Target
{
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [])
  -> Target
{
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    exclude: exclude, swiftSettings: swift)
}

let package = Package(
  name: "pixart",
  products: [.executable(name: "pixart", targets: ["pixart"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
  ],
  targets: [
    // C and system libraries
    .target(name: "CKernels", cSettings: kernelFlags),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CSixel", pkgConfig: "libsixel", providers: [.apt(["libsixel-dev"])]),
    .target(name: "CTerminal", linkerSettings: [.linkedLibrary("ncursesw")]),
    .target(name: "CSentencePiece", linkerSettings: [.linkedLibrary("sentencepiece")]),
    .target(
      name: "CImageCodecs",
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("webp")]),

    // The house, from the ground up
    module("Tensors"),
    module("Kernels", ["Tensors", "CKernels", "COpenBLAS"]),
    module(
      "Checkpoints", ["Tensors", "Kernels"],
      resources: [.copy("Resources/default-model"), .copy("Resources/default-lcm")]),
    module("TextEncoding", ["Tensors", "Kernels", "Checkpoints", "CSentencePiece"]),
    module("Transformers", ["Tensors", "Kernels", "Checkpoints"]),
    module("Autoencoders", ["Tensors", "Kernels", "Checkpoints"]),
    module("Conditioning", ["Tensors", "Kernels", "Checkpoints"]),
    module("Schedulers", ["Tensors"]),
    module(
      "Generation",
      [
        "Tensors", "Kernels", "Checkpoints", "TextEncoding", "Transformers", "Autoencoders",
        "Conditioning", "Schedulers", "Prompts",
      ]),
    module(
      "Gallery", ["Tensors", "CImageCodecs"],
      resources: [.embedInCode("Resources/fixed9x15.glyphs")]),
    module("Catalog", ["Tensors", "Gallery", grdb]),
    module(
      "Terminal", ["Tensors", "CSixel", "CTerminal", toml],
      resources: [.copy("Resources/themes")]),
    module("Prompts"),
    module(
      "Jobs",
      [
        "Tensors", "Kernels", "Checkpoints", "Conditioning", "Schedulers", "Prompts", "Generation",
        "Gallery",
      ]),
    module(
      "Studio",
      [
        "Tensors", "Kernels", "Checkpoints", "Conditioning", "Schedulers", "Prompts", "Generation",
        "Gallery", "Catalog", "Jobs", "Terminal", toml,
      ]),
    .executableTarget(
      name: "pixart",
      dependencies: [
        "Tensors", "Kernels", "Checkpoints", "TextEncoding", "Transformers", "Autoencoders",
        "Conditioning", "Schedulers", "Generation", "Gallery", "Catalog", "Terminal", "Prompts",
        "Jobs", "Studio",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift),

    // Tests
    .target(
      name: "TestSupport", dependencies: ["Tensors", "Checkpoints"], path: "Tests/TestSupport",
      swiftSettings: swift),
    tests("Tensors"),
    tests("Kernels", ["Tensors", "CKernels"]),
    tests("Checkpoints", ["Tensors", "Kernels"]),
    tests("TextEncoding", ["Tensors", "Kernels", "Checkpoints"]),
    tests("Transformers", ["Tensors", "Kernels", "Checkpoints"]),
    tests("Autoencoders", ["Tensors", "Kernels", "Checkpoints", "Gallery"]),
    tests("Conditioning", ["Tensors", "Kernels", "Checkpoints"]),
    tests("Schedulers", ["Tensors"]),
    tests(
      "Generation",
      [
        "Tensors", "Kernels", "Checkpoints", "TextEncoding", "Autoencoders", "Conditioning",
        "Schedulers", "Gallery",
      ]),
    tests("Gallery", ["Tensors"]),
    tests("Catalog", ["Tensors", "Gallery", grdb]),
    tests("Terminal", ["Tensors", toml]),
    tests("Prompts"),
    tests(
      "Jobs",
      [
        "Tensors", "Kernels", "Checkpoints", "Autoencoders", "Schedulers", "Generation", "Gallery",
      ]),
    tests(
      "Studio",
      ["Tensors", "Terminal", "Prompts", "Generation", "Gallery", "Catalog", "Jobs"],
      exclude: ["Screens"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "pixart", "TestSupport", "Checkpoints", "Kernels", "Generation", "Gallery", "Catalog",
        "Jobs",
        "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift),
  ],
  cxxLanguageStandard: .cxx17
)
