/// MT19937, the engine of torch's CPU generator.
///
/// Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform
/// pseudo-random number generator".
struct MersenneTwister: Sendable, Equatable {
  private static let size = 624
  private static let shift = 397

  private var state: [UInt32]
  private var used = Self.size

  init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(Self.size)
    var last = seed
    for index in 1..<UInt32(Self.size) {
      last = 1_812_433_253 &* (last ^ (last >> 30)) &+ index
      state.append(last)
    }
  }

  mutating func next() -> UInt32 {
    if used == Self.size { refill() }
    var word = state[used]
    used += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    return word ^ (word >> 18)
  }

  private mutating func refill() {
    let (size, shift) = (Self.size, Self.shift)
    for index in 0..<size - shift { twist(index, index + 1, index + shift) }
    for index in size - shift..<size - 1 { twist(index, index + 1, index + shift - size) }
    twist(size - 1, 0, shift - 1)
    used = 0
  }

  private mutating func twist(_ index: Int, _ next: Int, _ far: Int) {
    let joined = (state[index] & 0x8000_0000) | (state[next] & 0x7fff_ffff)
    state[index] = state[far] ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
  }
}
