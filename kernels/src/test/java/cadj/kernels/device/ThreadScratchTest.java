package cadj.kernels.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ThreadScratchTest {
  @Test
  void aThreadKeepsItsLongestArray() {
    ThreadScratch scratch = new ThreadScratch();
    float[] ten = scratch.atLeast(10);
    assertEquals(10, ten.length);
    assertSame(ten, scratch.atLeast(5));
    float[] twenty = scratch.atLeast(20);
    assertEquals(20, twenty.length);
    assertSame(twenty, scratch.atLeast(10));
    assertNotSame(twenty, CompletableFuture.supplyAsync(() -> scratch.atLeast(10)).join());
  }
}
