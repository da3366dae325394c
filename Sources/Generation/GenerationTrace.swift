public import Checkpoints
import Schedulers
import Tensors

/// What a request computed on the way, under the names diffusers' pipelines are traced with.
///
/// Tensors of several pictures are stacked in their order.
public struct GenerationTrace: Sendable {
  struct Entry {
    var shape: [Int]
    var floats: [Float]
  }

  private(set) var floats: [String: Entry] = [:]
  private var integers: [String: (shape: [Int], values: [Int])] = [:]

  init() {}

  /// Adds a tensor, below what already has the name.
  mutating func append(_ name: String, shape: [Int], _ values: [Float]) {
    guard var entry = floats[name] else {
      floats[name] = Entry(shape: shape, floats: values)
      return
    }
    precondition(entry.shape.dropFirst() == shape.dropFirst(), "\(name): \(entry.shape), \(shape)")
    entry.shape[0] += shape[0]
    entry.floats += values
    floats[name] = entry
  }

  mutating func append(_ name: String, _ latents: Latents) {
    append(name, shape: latents.shape.dimensions, latents.values)
  }

  /// Sets a tensor that all pictures share.
  mutating func set(_ name: String, shape: [Int], _ values: [Float]) {
    floats[name] = Entry(shape: shape, floats: values)
  }

  mutating func set(_ name: String, shape: [Int], integers values: [Int]) {
    integers[name] = (shape, values)
  }

  mutating func set(timesteps of: any Scheduler) {
    let times = of.timesteps
    if of.timestepsAreIntegral {
      set("timesteps", shape: [times.count], integers: times.map { Int($0) })
    } else {
      set("timesteps", shape: [times.count], times.map { Float($0) })
    }
    set("sigmas", shape: [of.sigmas.count], of.sigmas)
  }

  /// As a safetensors file.
  public func writer() -> SafetensorsWriter {
    var writer = SafetensorsWriter()
    for (name, entry) in floats.sorted(by: { $0.key < $1.key }) {
      writer.add(name, shape: entry.shape, floats: entry.floats)
    }
    for (name, entry) in integers.sorted(by: { $0.key < $1.key }) {
      writer.add(name, shape: entry.shape, integers: entry.values)
    }
    return writer
  }
}
