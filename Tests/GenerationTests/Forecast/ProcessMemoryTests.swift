import Testing

@testable import Generation

@Suite struct ProcessMemoryTests {
  @Test func readsTheKernelsLines() {
    let status = """
      Name:\tpixart
      VmPeak:\t  999999 kB
      VmHWM:\t   20480 kB
      VmRSS:\t    1234 kB
      RssAnon:\t     100 kB
      RssFile:\t    1134 kB
      """
    let memory = ProcessMemory(status: Array(status.utf8))
    #expect(memory.peak == 20480 * 1024)
    #expect(memory.resident == 1234 * 1024)
    #expect(memory.anonymous == 100 * 1024)
  }

  @Test func survivesOtherText() {
    let memory = ProcessMemory(status: Array("VmRSS:\nVmHWM: x\n".utf8))
    #expect(memory.resident == 0 && memory.peak == 0 && memory.anonymous == 0)
  }

  @Test func knowsThisProcess() {
    let memory = ProcessMemory.now
    #expect(memory.resident > 1 << 20 && memory.resident < 1 << 40)
    #expect(memory.anonymous > 0 && memory.anonymous <= memory.resident)
  }
}
