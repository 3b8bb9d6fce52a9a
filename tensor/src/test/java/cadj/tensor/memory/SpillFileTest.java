package cadj.tensor.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpillFileTest {
  @TempDir private Path folder;

  /// Longer than what is moved at a time, in an order other than that of their places.
  @Test
  void numbersComeBackBitForBit() {
    float[] floats = new float[700_001];
    double[] doubles = new double[300_007];
    Arrays.setAll(doubles, i -> Math.sin(i) * Math.pow(10, i % 600 - 300));
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(i * 0x9E3779B1);
    }
    try (SpillFile file = SpillFile.in(folder)) {
      long atFloats = file.reserve(4L * floats.length);
      long atDoubles = file.reserve(8L * doubles.length);
      file.write(atDoubles, doubles);
      file.write(atFloats, floats);
      double[] doublesBack = new double[doubles.length];
      float[] floatsBack = new float[floats.length];
      file.read(atDoubles, doublesBack);
      file.read(atFloats, floatsBack);
      assertArrayEquals(doubles, doublesBack);
      for (int i = 0; i < floats.length; i++) {
        assertEquals(Float.floatToRawIntBits(floats[i]), Float.floatToRawIntBits(floatsBack[i]));
      }
    }
  }

  @Test
  void releasedPlacesAreReservedAgain() {
    try (SpillFile file = SpillFile.in(folder)) {
      assertEquals(0, file.reserve(100));
      assertEquals(100, file.reserve(40));
      file.release(0, 100);
      assertEquals(0, file.reserve(60));
      assertEquals(60, file.reserve(40));
      assertEquals(140, file.reserve(1));
      assertEquals(141, file.bytes());
    }
  }

  @Test
  void placesNeverOverlap() {
    SplittableRandom random = new SplittableRandom(5);
    TreeMap<Long, Long> held = new TreeMap<>();
    try (SpillFile file = SpillFile.in(folder)) {
      for (int i = 0; i < 10_000; i++) {
        if (held.size() > 20 && random.nextBoolean()) {
          long at = List.copyOf(held.keySet()).get(random.nextInt(held.size()));
          file.release(at, held.remove(at));
        } else {
          long bytes = random.nextInt(1, 100);
          long at = file.reserve(bytes);
          var before = held.floorEntry(at);
          assertTrue(before == null || before.getKey() + before.getValue() <= at);
          var after = held.ceilingEntry(at);
          assertTrue(after == null || at + bytes <= after.getKey());
          held.put(at, bytes);
        }
      }
    }
  }

  @Test
  void leavesNothingBehind() throws IOException {
    SpillFile.in(folder).close();
    try (var files = Files.list(folder)) {
      assertFalse(files.findAny().isPresent());
    }
  }

  @Test
  void needsAFolder() {
    assertThrows(UncheckedIOException.class, () -> SpillFile.in(folder.resolve("none")));
  }
}
