package cadj.kernels.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The current device is the innermost bound one, for as long as its block runs.
final class DeviceTest {
  private final Device shared = Device.current();
  private final Device outer = new Cpu(1);
  private final Device inner = new Cpu(1);

  @Test
  void bindsForABlockAndReturnsItsResult() {
    String result =
        Device.with(
            outer,
            () -> {
              assertSame(outer, Device.current());
              assertSame(inner, Device.with(inner, Device::current));
              assertSame(outer, Device.current());
              return "done";
            });
    assertEquals("done", result);
    assertSame(shared, Device.current());
  }

  @Test
  void unbindsWhenTheBlockThrows() {
    assertThrows(
        IOException.class,
        () ->
            Device.with(
                outer,
                () -> {
                  throw new IOException("lost");
                }));
    assertSame(shared, Device.current());
  }

  @Test
  void otherThreadsHaveTheSharedOne() throws InterruptedException {
    Device[] seen = new Device[1];
    Device.with(
        outer,
        () -> {
          Thread thread = new Thread(() -> seen[0] = Device.current());
          thread.start();
          thread.join();
          return null;
        });
    assertSame(shared, seen[0]);
  }
}
