package cadj.cad.demo;

import cadj.models.classifier.ResNetClassifier;
import java.util.Locale;

/// An object or a style that the classifier knows.
///
/// @param kind which of the two
/// @param index its number in the classifier's list of that kind
record Concept(String name, Kind kind, int index) {
  enum Kind {
    OBJECT,
    STYLE;

    /// As prompts and verdicts name it.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    Kind other() {
      return this == OBJECT ? STYLE : OBJECT;
    }
  }

  static Concept object(ResNetClassifier classifier, String name) {
    return new Concept(name, Kind.OBJECT, known(classifier.objects().indexOf(name), name));
  }

  static Concept style(ResNetClassifier classifier, String name) {
    return new Concept(name, Kind.STYLE, known(classifier.styles().indexOf(name), name));
  }

  private static int known(int index, String name) {
    if (index < 0) {
      throw new IllegalArgumentException("the classifier knows no " + name);
    }
    return index;
  }

  /// Whether a picture of `caption` should show this.
  boolean isIn(Caption caption) {
    return of(caption) == index;
  }

  /// The caption's object or style, whichever this is.
  int of(Caption caption) {
    return switch (kind) {
      case OBJECT -> caption.object();
      case STYLE -> caption.style();
    };
  }
}
