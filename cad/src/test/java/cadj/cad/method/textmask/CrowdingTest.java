package cadj.cad.method.textmask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.method.Cost;
import cadj.cad.method.EditTask;
import cadj.cad.method.closedform.TextVectors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against plain loops over keys, values and tokens. None of the concepts that may take the place
/// of "bag" is as far from the others as another.
class CrowdingTest {
  static final List<String> PRESERVE =
      List.of(
          "photo",
          "coat",
          "a coat in the style of photo",
          "a sandal in the style of photo",
          "sandal",
          "a coat in blue",
          "a handshirt",
          "shirt",
          "a shirt in the style of photo");

  /// The concept of each of these prompts: 0 coat, 1 sandal, 2 shirt, or -1.
  private static final int[] OF = {-1, 0, 0, 1, 1, -1, 2, 2, 2};

  private static final List<String> TEMPLATES =
      List.of("%s", "a %s in the style of photo", "a hand%s");

  private static ConceptDistances distances(List<String> preserve) {
    EditTask task = Bags.task(EditTask.Goal.ERASE, preserve, null, new Cost());
    return ConceptDistances.of(TextVectors.of(Bags.PIPELINE), task);
  }

  private static double plain(String a, String b) {
    return TEMPLATES.stream()
        .mapToDouble(t -> PlainText.distance(t.replace("%s", a), t.replace("%s", b)))
        .average()
        .orElseThrow();
  }

  /// Weights of [#PRESERVE].
  static double[] plain(double strength) {
    double coatSandal = Math.pow(plain("coat", "sandal"), -2);
    double coatShirt = Math.pow(plain("coat", "shirt"), -2);
    double sandalShirt = Math.pow(plain("sandal", "shirt"), -2);
    double[] c = {coatSandal + coatShirt, coatSandal + sandalShirt, coatShirt + sandalShirt};
    double least = Arrays.stream(c).min().orElseThrow();
    return Arrays.stream(OF)
        .mapToDouble(k -> k < 0 ? 1 : Math.pow(c[k] / least, strength))
        .toArray();
  }

  @Test
  void distancesToKeysAndValues() {
    ConceptDistances distances = distances(PRESERVE);
    assertEquals(List.of("bag", "coat", "sandal", "shirt"), distances.concepts());
    double[] pairs = new double[6];
    int at = 0;
    for (int k = 0; k < 4; k++) {
      assertEquals(0, distances.squared()[k][k]);
      for (int l = k + 1; l < 4; l++) {
        double expected = plain(distances.concepts().get(k), distances.concepts().get(l));
        pairs[at++] = expected;
        assertEquals(expected, distances.squared()[k][l], 1e-6 * expected);
        assertEquals(expected, distances.squared()[l][k], 1e-6 * expected);
      }
    }
    Arrays.sort(pairs);
    assertEquals((pairs[2] + pairs[3]) / 2, distances.median(), 1e-6 * pairs[3]);
  }

  @Test
  void distanceToTheOnlyCandidate() {
    ConceptDistances two = distances(List.of("coat", "a coat in the style of photo"));
    assertEquals(List.of("bag", "coat"), two.concepts());
    double expected = plain("bag", "coat");
    assertEquals(expected, two.squared()[0][1], 1e-6 * expected);
    assertEquals(expected, two.median(), 1e-6 * expected);
    assertEquals(List.of("bag"), distances(List.of("photo")).concepts());
    assertEquals(0, distances(List.of("photo")).median());
  }

  @Test
  void whatHasNearNeighboursWeighsMore() {
    double[] expected = plain(1.5);
    assertEquals(3, Arrays.stream(expected).distinct().count(), Arrays.toString(expected));
    assertArrayEquals(expected, Crowding.weights(distances(PRESERVE), PRESERVE, 1.5), 1e-6);
  }

  @Test
  void ofOneOrTwoNoneDoes() {
    for (List<String> preserve : List.of(Bags.PRESERVE, List.of("coat", "photo"), PRESERVE)) {
      double[] ones = new double[preserve.size()];
      Arrays.fill(ones, 1);
      double strength = preserve.equals(PRESERVE) ? 0 : 2;
      assertArrayEquals(ones, Crowding.weights(distances(preserve), preserve, strength), 1e-9);
    }
    assertEquals(0, distances(List.of("coat", "photo")).median());
  }

  /// "a" and "A" have one embedding; c(a) = c(A) = 1/4², c(b) = 2/4².
  @Test
  void oneConceptUnderTwoNamesIsNoNeighbour() {
    List<String> names = List.of("x", "a", "A", "b");
    double[][] squared = {{0, 9, 9, 9}, {9, 0, 0, 4}, {9, 0, 0, 4}, {9, 4, 4, 0}};
    ConceptDistances distances = new ConceptDistances(names, List.of(names), squared);
    assertArrayEquals(
        new double[] {1, 1, 4, 1},
        Crowding.weights(distances, List.of("a", "A", "b", "other"), 2),
        1e-12);
    double[][] same = {{0, 9, 9, 9}, {9, 0, 0, 0}, {9, 0, 0, 0}, {9, 0, 0, 0}};
    assertArrayEquals(
        new double[] {1, 1, 1},
        Crowding.weights(
            new ConceptDistances(names, List.of(names), same), List.of("a", "A", "b"), 2),
        0);
  }

  /// "a" and "b" are nearly the same, "c" is far from both.
  @Test
  void noConceptWeighsWithoutBound() {
    List<String> names = List.of("x", "a", "b", "c");
    double[][] squared = {{0, 9, 9, 9}, {9, 0, 1e-3, 4}, {9, 1e-3, 0, 4}, {9, 4, 4, 0}};
    assertArrayEquals(
        new double[] {100, 100, 1},
        Crowding.weights(
            new ConceptDistances(names, List.of(names), squared), List.of("a", "b", "c"), 2),
        0);
  }
}
