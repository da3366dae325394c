/// Why a template stands for no prompts.
public indirect enum TemplateError: Error, Equatable, CustomStringConvertible {
  /// `position`: the brace, characters counted from 1.
  case unclosed(position: Int)
  /// `position`: the mark that is nested too deep, characters counted from 1.
  case tooDeep(position: Int, limit: Int)
  case wildcard(WildcardError)
  /// From the wildcard that was met again to itself.
  case cycle([String])
  case inEntry(String, of: String, TemplateError)
  /// - Parameter count: `Int.max` stands for that many or more.
  case tooMany(count: Int, limit: Int)

  public var description: String {
    switch self {
    case .unclosed(let position):
      "The { at character \(position) is never closed. Add } after the last alternative, or write "
        + "\\{ for a brace."
    case .tooDeep(let position, let limit):
      "At character \(position) alternatives and wildcards are nested deeper than \(limit). "
        + "Write it flatter."
    case .wildcard(let error):
      error.description
    case .cycle(let names):
      "Wildcards lead back to themselves: \(names.joined(separator: " → ")). Take one of them out "
        + "of its file."
    case .inEntry(let entry, let name, let error):
      "In '\(entry.prefix(60))' of the wildcard '\(name)': \(error)"
    case .tooMany(let count, let limit):
      "This is \(count == .max ? "far too many" : "\(count)") prompts, and at most \(limit) are "
        + "made at once. Take out some alternatives, or let one be chosen by the seed."
    }
  }
}
