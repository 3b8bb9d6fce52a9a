package cadj.cad.demo;

/// One edit's effect.
///
/// @param seed of the attribution's noise
/// @param zeroed how many weights it zeroed
/// @param targetBefore share of the concept's pictures in which the classifier sees it
/// @param othersBefore share of all other pictures in which it sees what they should show
/// @param besidesBefore share of all pictures that are right in the other respect: in style when an
///   object was edited, in object when a style was
record Measurement(
    long seed,
    double ratio,
    long zeroed,
    double targetBefore,
    double targetAfter,
    double othersBefore,
    double othersAfter,
    double besidesBefore,
    double besidesAfter) {
  static Measurement of(
      Concept concept, long seed, double ratio, long zeroed, Verdicts before, Verdicts after) {
    Concept.Kind other = concept.kind().other();
    return new Measurement(
        seed,
        ratio,
        zeroed,
        before.target(concept),
        after.target(concept),
        before.others(concept),
        after.others(concept),
        before.all(other),
        after.all(other));
  }
}
