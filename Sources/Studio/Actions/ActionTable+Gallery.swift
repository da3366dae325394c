extension ActionTable {
  static let gallery: [Action] =
    [
      action(.largePicture, .gallery, "enter", "Show the picture large, and back", hint: "large"),
      action(.search, .gallery, "/", "Search, such as prompt:fox steps>20 star", hint: "search"),
      action(.starPicture, .gallery, "s", "Give a star, or take it", hint: "star"),
      action(.markPicture, .gallery, "space", "Mark the picture, or take the mark", hint: "mark"),
      action(
        .compare, .gallery, "c", "Compare two marked pictures, or this one with the marked one",
        hint: "compare"),
      action(.useSettings, .gallery, "e", "Take over its prompt and settings", hint: "use"),
      action(.trashPicture, .gallery, "x delete", "Move to the trash", hint: "trash"),
      action(
        .restorePicture, .gallery, "u", "Bring back what was put into the trash last",
        hint: "bring back"),
      action(.galleryBack, .gallery, "esc 7", "Go back: to the grid, to the studio", hint: "back"),
      action(
        .left, .gallery, "left h", "Go to the picture before; in a comparison to the left one"),
      action(
        .right, .gallery, "right l", "Go to the next picture; in a comparison to the right one"),
      action(.up, .gallery, "up k", "Go up"),
      action(.down, .gallery, "down j", "Go down"),
      action(.pageUp, .gallery, "pageup", "Go a page up"),
      action(.pageDown, .gallery, "pagedown", "Go a page down"),
      action(.first, .gallery, "g home", "Go to the first picture"),
      action(.last, .gallery, "G end", "Go to the last picture"),
      action(.sortGallery, .gallery, ",", "Sort by something else: date, name, rating, steps, ..."),
      action(.reverseGallery, .gallery, ".", "Sort the other way round"),
      action(
        .markAll, .gallery, "a", "Take all marks away; mark all that was found if there is none"),
      action(.flip, .gallery, "f", "Show compared pictures in one place, one after the other"),
      action(.usePrompt, .gallery, "p", "Take over its prompt alone"),
      action(.useSeed, .gallery, "d", "Take over its seed alone"),
      action(.useAsStart, .gallery, "i", "Begin the next picture with it"),
      action(.useAsCondition, .gallery, "I", "Let its edges lead the next picture"),
      action(.variations, .gallery, "v", "Queue four variations around it"),
      action(.openOutside, .gallery, "o", "Open it in the system's viewer"),
      action(.copyPath, .gallery, "Y", "Copy its path"),
      action(
        .contactSheet, .gallery, "S",
        "Write a contact sheet of the marked pictures, or of all found"),
    ]
    + zip(0..., [ActionID.rate0, .rate1, .rate2, .rate3, .rate4, .rate5]).map { rating, id in
      action(
        id, .gallery, "\(rating)", rating == 0 ? "Take the rating away" : "Rate \(rating) of 5")
    }
}
