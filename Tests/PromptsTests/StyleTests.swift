import Testing

@testable import Prompts

@Suite struct StyleTests {
  @Test(arguments: [
    ("fox", "oil painting", "fox, oil painting"),
    ("fox", "oil painting of {prompt}, warm", "oil painting of fox, warm"),
    ("fox", "{prompt} and {prompt}", "fox and fox"),
    ("fox", "", "fox"), ("", "oil painting", "oil painting"), (" ", "x", "x"), ("", "", ""),
    ("a {prompt} b", "<{prompt}>", "<a {prompt} b>"),
  ])
  func joinsPrompts(prompt: String, style: String, result: String) {
    let positive = Style(name: "s", prompt: style).applied(to: prompt, negative: "blurry")
    #expect(positive.prompt == result)
    #expect(positive.negative == "blurry")
    let negative = Style(name: "s", prompt: "", negative: style).applied(to: "p", negative: prompt)
    #expect(negative.prompt == "p")
    #expect(negative.negative == result)
  }
}
