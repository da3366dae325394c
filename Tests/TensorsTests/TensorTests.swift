import Tensors
import Testing

@Suite struct TensorTests {
  @Test func keepsItsNumbersUnderAnotherShape() {
    let tensor = Tensor([2, 3], values: [1, 2, 3, 4, 5, 6])
    let turned = tensor.reshaped([3, 2])
    #expect(turned.shape == [3, 2])
    #expect(turned.values == [1, 2, 3, 4, 5, 6])
  }

  @Test func copiesAreIndependent() {
    let tensor = Tensor([3], values: [1, 2, 3])
    let copy = tensor.copy()
    tensor.mutablePointer[0] = 9
    #expect(copy.values == [1, 2, 3])
    #expect(tensor.values == [9, 2, 3])
  }

  @Test func copiesAndReplacesRows() {
    var tensor = Tensor([3, 2], values: [1, 2, 3, 4, 5, 6])
    #expect(tensor.copy(rows: 1..<3).values == [3, 4, 5, 6])
    #expect(tensor.copy(rows: 1..<3).shape == [2, 2])
    tensor.replaceRows(from: 1, by: Tensor([1, 2], values: [7, 8]))
    #expect(tensor.values == [1, 2, 7, 8, 5, 6])
  }

  @Test func describesShapes() {
    #expect("\(Shape([2, 3, 4]))" == "[2, 3, 4]")
    #expect(Shape([2, 3, 4]).count == 24)
    #expect(Shape([2, 3]) != Shape([3, 2]))
    #expect(Shape([5]) != Shape([5, 1]))
  }

  /// The pool hands the memory of an ended tensor to the next of its size.
  @Test func reusesMemory() async {
    await #expect(processExitsWith: .success) {
      for _ in 0..<100 {
        let tensor = Tensor(zeros: [1000])
        precondition(tensor.count == 1000)
      }
      precondition(TensorPool.shared.usage.allocations == 1)
      precondition(TensorPool.shared.usage.idle == 4032 && TensorPool.shared.usage.live == 0)
      TensorPool.shared.trim()
      precondition(TensorPool.shared.usage.idle == 0 && TensorPool.shared.usage.peak == 4032)
    }
  }

  /// Large blocks are the system's own, and go back to it.
  @Test func reusesLargeBlocks() async {
    await #expect(processExitsWith: .success) {
      for round in 1...3 {
        for _ in 0..<10 {
          let tensor = Tensor(zeros: [1 << 20])
          precondition(tensor.count == 1 << 20)
        }
        precondition(TensorPool.shared.usage.allocations == round)
        precondition(TensorPool.shared.usage.idle == 4 << 20)
        TensorPool.shared.trim()
        precondition(TensorPool.shared.usage.idle == 0)
      }
    }
  }
}
