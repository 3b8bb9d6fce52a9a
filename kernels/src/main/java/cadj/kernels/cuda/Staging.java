package cadj.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuMemHostRegister;
import static jcuda.driver.JCudaDriver.cuMemHostUnregister;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;

/// Pinned host memory, which the device copies from and to asynchronously. Values on their way
/// between Java and the device pass through it in pieces.
///
/// Up and down there are two halves each. One is filled (or emptied) by the host while the device
/// copies the other. Going up, small pieces fill a half one after another, so that a copy of a few
/// numbers waits for nothing; only when both halves are full does the host wait until the device
/// has done with the older.
final class Staging implements AutoCloseable {
  /// Large enough that a copy's fixed cost does not count, small enough to be pinned anywhere.
  static final int HALF = 4 << 20;

  private static final int PAGE = 4096;
  private static final int PIECE_ALIGNMENT = 64;

  private final JCudaDriver driver;
  private final Arena arena = Arena.ofShared();
  private final Half[] up;
  private final Half[] down;
  private int filling;
  private int filled;

  Staging(JCudaDriver driver) {
    this.driver = driver;
    this.up = new Half[] {new Half(), new Half()};
    this.down = new Half[] {new Half(), new Half()};
  }

  /// Host to device; when this returns `from` may be changed.
  void copyIn(long to, MemorySegment from) {
    for (long done = 0; done < from.byteSize(); ) {
      if (filled == HALF) {
        turn();
      }
      int piece = (int) Math.min(HALF - filled, from.byteSize() - done);
      MemorySegment pinned = up[filling].memory.asSlice(filled, piece);
      MemorySegment.copy(from, done, pinned, 0, piece);
      driver.check(
          cuMemcpyHtoDAsync(
              new DeviceAddress(to + done), Address.of(pinned), piece, driver.stream()),
          "copy %d bytes to the device",
          piece);
      done += piece;
      filled = Math.ceilDiv(filled + piece, PIECE_ALIGNMENT) * PIECE_ALIGNMENT;
    }
  }

  private void turn() {
    up[filling].mark();
    filling = 1 - filling;
    filled = 0;
    up[filling].await();
  }

  /// Device to host; waits until the values are there.
  void copyOut(MemorySegment to, long from) {
    long size = to.byteSize();
    for (long done = 0, asked = 0; done < size; ) {
      while (asked < size && asked < done + 2L * HALF) {
        Half half = half(asked);
        int piece = (int) Math.min(HALF, size - asked);
        driver.check(
            cuMemcpyDtoHAsync(
                Address.of(half.memory), new DeviceAddress(from + asked), piece, driver.stream()),
            "copy %d bytes from the device",
            piece);
        half.mark();
        asked += piece;
      }
      Half half = half(done);
      int piece = (int) Math.min(HALF, size - done);
      half.await();
      MemorySegment.copy(half.memory, 0, to, done, piece);
      done += piece;
    }
  }

  private Half half(long at) {
    return down[(int) (at / HALF % 2)];
  }

  @Override
  public void close() {
    for (Half half : new Half[] {up[0], up[1], down[0], down[1]}) {
      half.free();
    }
    arena.close();
  }

  private final class Half {
    final MemorySegment memory = arena.allocate(HALF, PAGE);
    private final CUevent copied = new CUevent();

    Half() {
      driver.check(
          cuMemHostRegister(Address.of(memory), HALF, 0), "pin %d bytes of host memory", HALF);
      driver.check(cuEventCreate(copied, CUevent_flags.CU_EVENT_DISABLE_TIMING), "create an event");
    }

    /// Remembers that the device has this half to copy.
    void mark() {
      driver.check(cuEventRecord(copied, driver.stream()), "record an event");
    }

    /// Waits until the device has copied it; at once where it never had to.
    void await() {
      driver.check(cuEventSynchronize(copied), "wait for a copy");
    }

    void free() {
      cuEventDestroy(copied);
      cuMemHostUnregister(Address.of(memory));
    }
  }
}
