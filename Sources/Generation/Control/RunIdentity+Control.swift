import Conditioning
import Tensors

extension RunIdentity {
  /// - Parameter edges: Where they come from if the request leaves that open.
  static func fields(of control: ControlRequest, edges: String?) -> [Field] {
    let picture = control.condition
    return [
      Field(name: "control", value: control.network ?? "the model's own"),
      Field(name: "condition", value: "\(picture.width)x\(picture.height) \(picture.digest)"),
      Field(name: "edges", value: control.edges?.rawValue ?? edges ?? "by itself"),
      Field(name: "control-strength", value: "\(control.strength)"),
      Field(name: "control-scale", value: "\(control.scale)"),
      Field(name: "control-start", value: "\(control.span.start)"),
      Field(name: "control-end", value: "\(control.span.end)"),
    ]
  }
}
