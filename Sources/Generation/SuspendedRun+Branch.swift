extension SuspendedRun {
  /// What a branch goes on from: the first steps of the picture this run is about.
  ///
  /// The engine makes the branch from it exactly as it makes it from nothing, and asks no model for
  /// these steps.
  ///
  /// - Parameters:
  ///   - count: The steps that are taken over, 1 and more.
  ///   - parent: The request this run belongs to.
  ///   - branch: A request for this picture alone that is the same up to there; its
  ///     ``GenerationRequest/branch`` ends with what made these steps.
  /// - Throws: ``SuspendedRunError`` if the run does not belong to the parent, if its first steps are
  ///   not the branch's, or if it has not as many.
  public func branched(
    at count: Int, of parent: GenerationRequest, to branch: GenerationRequest
  ) throws(SuspendedRunError) -> SuspendedRun {
    try check(identity(like: parent))
    guard (1...max(1, finished.count)).contains(count), !finished.isEmpty else {
      throw .stepNotKept(count, kept: finished.count)
    }
    // Names of models and sizes that are left open mean the same in both.
    for (field, kept, asked) in [
      ("model", parent.model, branch.model),
      (
        "size", parent.size?.description ?? "the model's", branch.size?.description ?? "the model's"
      ),
      ("count", "1", "\(branch.count)"),
      ("lora", parent.adapters.identity ?? "none", branch.adapters.identity ?? "none"),
    ] where kept != asked {
      throw .differs(field: field, kept: kept, asked: asked)
    }
    let first = identity(like: parent.alone(picture).first(count))
    if let (name, kept, asked) = first.difference(from: identity(like: branch.first(count))) {
      throw .differs(field: name, kept: kept, asked: asked)
    }
    return SuspendedRun(
      picture: 0, steps: nil, finished: Array(finished.prefix(count)), previewMap: previewMap,
      identity: identity(like: branch))
  }

  private func identity(like request: GenerationRequest) -> RunIdentity {
    RunIdentity(
      request, model: identity["model"] ?? "", size: identity["size"] ?? "",
      precision: identity["precision"] ?? "fp32", adapters: identity["lora"],
      edges: identity["edges"])
  }
}
