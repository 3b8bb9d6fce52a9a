package cadj.cad.judge;

import cadj.tensor.Tensor;
import java.util.List;

/// Tells what pictures show.
public interface Judge {
  /// Most names in a message.
  int MOST_LISTED = 20;

  /// Names of what it tells apart, by kind: of each kind it sees exactly one in a picture, such as
  /// one of ten objects and one of four styles.
  List<List<String>> kinds();

  /// What it sees in pictures [N,3,H,W] in [−1, 1], not clamped.
  ///
  /// @return by kind, then picture: number of the name
  int[][] sees(Tensor pictures);

  /// The names that may be asked for: all of [#kinds], unless some only stand for what has none.
  default List<String> known() {
    return kinds().stream().flatMap(List::stream).toList();
  }

  /// The kind of a concept.
  ///
  /// @throws IllegalArgumentException listing those it knows, if it does not know this one
  default int kindOf(String concept) {
    for (int kind = 0; kind < kinds().size(); kind++) {
      if (kinds().get(kind).contains(concept)) {
        return kind;
      }
    }
    List<String> known = known();
    String some = String.join(", ", known.subList(0, Math.min(MOST_LISTED, known.size())));
    throw new IllegalArgumentException(
        "the judge knows no \"%s\", only %s"
            .formatted(
                concept,
                known.size() <= MOST_LISTED
                    ? some
                    : "%s and %d more".formatted(some, known.size() - MOST_LISTED)));
  }

  /// Whether each picture shows `concept` rather than another of its kind.
  default boolean[] sees(Tensor pictures, String concept) {
    int kind = kindOf(concept);
    int number = kinds().get(kind).indexOf(concept);
    int[] seen = sees(pictures)[kind];
    boolean[] out = new boolean[seen.length];
    for (int n = 0; n < out.length; n++) {
      out[n] = seen[n] == number;
    }
    return out;
  }

  /// How probable it is to the judge that each picture shows `concept` rather than another of its
  /// kind: the softmax over the names of that kind. Of a judge that knows no probabilities, 1 where
  /// it sees the concept, else 0.
  default double[] probability(Tensor pictures, String concept) {
    boolean[] seen = sees(pictures, concept);
    double[] out = new double[seen.length];
    for (int n = 0; n < out.length; n++) {
      out[n] = seen[n] ? 1 : 0;
    }
    return out;
  }
}
