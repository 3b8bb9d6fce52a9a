package cadj.cad.method.smallest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.cad.judge.Judge;
import cadj.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedTest {
  private static final Judge JUDGE =
      new Judge() {
        @Override
        public List<List<String>> kinds() {
          return List.of(
              List.of("shirt", "t-shirt", "ankle boot"), List.of("photo", "ink drawing"));
        }

        @Override
        public int[][] sees(Tensor pictures) {
          throw new AssertionError();
        }
      };

  @Test
  void theLongestWholeWordsCount() {
    assertArrayEquals(new int[] {1, -1}, Named.in("t-shirt", JUDGE));
    assertArrayEquals(new int[] {0, 0}, Named.in("a shirt in the style of photo", JUDGE));
    assertArrayEquals(new int[] {2, 1}, Named.in("an ink drawing of a ankle boot", JUDGE));
    assertArrayEquals(new int[] {-1, -1}, Named.in("shirts and photographs", JUDGE));
    assertArrayEquals(new int[] {0, -1}, Named.in("shirts, or a shirt", JUDGE));
    assertArrayEquals(new int[] {-1, -1}, Named.in("", JUDGE));
  }
}
