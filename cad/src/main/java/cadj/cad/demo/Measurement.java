package cadj.cad.demo;

import cadj.cad.evaluate.Verdicts;

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
    String kind = concept.kind().toString();
    String other = concept.kind().other().toString();
    return new Measurement(
        seed,
        ratio,
        zeroed,
        before.target(kind, concept.name()).share(),
        after.target(kind, concept.name()).share(),
        before.others(kind, concept.name()).share(),
        after.others(kind, concept.name()).share(),
        before.all(other).share(),
        after.all(other).share());
  }
}
