package cadj.cad.overlap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampledPlacesTest {
  @Test
  void fewAreAll() {
    assertArrayEquals(new long[] {0, 1, 2}, SampledPlaces.of(3));
    assertArrayEquals(
        LongStream.range(0, SampledPlaces.MOST).toArray(), SampledPlaces.of(SampledPlaces.MOST));
  }

  /// Anywhere in its stretch: offsets of 0 to 3 are as frequent.
  @Test
  void ofManyOneOfEachStretch() {
    long[] places = SampledPlaces.of(4L * SampledPlaces.MOST);
    assertEquals(SampledPlaces.MOST, places.length);
    int[] offsets = new int[4];
    for (int i = 0; i < places.length; i++) {
      long offset = places[i] - 4L * i;
      assertTrue(offset >= 0 && offset < 4, "place " + i);
      offsets[(int) offset]++;
    }
    for (int count : offsets) {
      assertEquals(0.25, (double) count / places.length, 0.01);
    }
    assertArrayEquals(places, SampledPlaces.of(4L * SampledPlaces.MOST));
  }
}
