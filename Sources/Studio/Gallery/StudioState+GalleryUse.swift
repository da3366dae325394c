import Foundation
import Gallery
import Jobs
import Terminal

/// What of a picture of the gallery is taken over into the studio.
extension StudioState {
  mutating func performOnGalleryPicture(_ id: ActionID, _ effects: inout [StudioEffect]) {
    let name = gallery.pair?.inFront ?? gallery.selectedName
    guard let name, let picture = gallery.pictures[name] else {
      return tell(.info, "No picture is found.")
    }
    switch id {
    case .openOutside: effects.append(.openOutside(path: picture.path))
    case .copyPath:
      effects.append(.copy(picture.path))
      tell(.info, "Copied \(picture.path)")
    case .copyCommand: effects.append(.tellCommand(.picture(path: picture.path)))
    case .useAsStart:
      remember(composition)
      settings.initImage = picture.path
      returnToPrompt()
      tell(
        .success,
        "The next picture begins with it; Strength says how much is made anew. u takes it back.")
    case .useAsCondition:
      useAsCondition(picture.path)
      returnToPrompt()
      tell(
        .success, "Its edges lead the next picture; see Condition in Settings. u takes it back.")
    default: use(picture, id)
    }
  }

  private mutating func use(_ picture: GalleryPicture, _ id: ActionID) {
    guard let recipe = picture.recipe else {
      return tell(.warning, "\(picture.name) does not say how it was made.")
    }
    switch id {
    case .variations: addVariations(SavedRecipe(recipe, madeBy: picture.origin, settings: settings))
    case .usePrompt:
      replace(prompt: recipe.prompt, negative: recipe.negative)
      returnToPrompt()
      tell(.success, "Took over its prompt. u brings back yours.")
    case .useSeed:
      guard let seed = recipe.seed else {
        return tell(.warning, "\(picture.name) does not say which seed it has.")
      }
      remember(composition)
      settings.seed = seed
      settings.seedMode = .fixed
      returnToPrompt()
      tell(.success, "Took over its seed \(seed), which is now fixed. u brings back yours.")
    default:
      returnToPrompt()
      adopt(SavedRecipe(recipe, madeBy: picture.origin, settings: settings))
    }
  }

  /// A few steps of the noise away: other pictures, and still of the same kind.
  private static let variationStrength = 0.2
  private static let variations = 4

  /// Queues pictures whose noise is on the way from the picture's to that of fresh seeds.
  private mutating func addVariations(_ recipe: SavedRecipe) {
    var request = recipe.settings.request(prompt: recipe.prompt, negative: recipe.negative)
    if request.variationStrength == 0 { request.variationStrength = Self.variationStrength }
    request.variationSeed = seeds.next()
    request.count = Self.variations
    let job = queue.add(request)
    isPinned = false
    tell(
      .success,
      "Job \(job.id) makes \(Self.variations) variations of strength "
        + "\(String(format: "%g", request.variationStrength)); they appear here."
        + (queue.isPaused ? " The queue is paused." : ""))
  }

  /// The studio with the focus on the prompt, and keys as commands: u undoes, Enter runs.
  private mutating func returnToPrompt() {
    closeGallery()
    go(to: .prompt)
    isTyping = false
  }
}
