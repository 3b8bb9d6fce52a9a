package cadj.kernels.device;

import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One launch of a GPU kernel, put together argument by argument in the order of the kernel's
/// parameters.
///
/// ```java
/// gpu.launch(SOURCE, "scale").grid(ceilDiv(n, 256)).block(256).out(y).in(x).f32(a).i32(n).run();
/// ```
///
/// Buffers usually lie on the device. One that lies on the host is copied there for the time of the
/// launch: [#in] takes its values along, [#out] brings them back, [#inOut] does both. An output
/// that the kernel does not write entirely must therefore be [#inOut].
public final class Launch {
  private final Gpu gpu;
  private final Gpu.Kernel kernel;
  private final LaunchArguments arguments;
  private List<Staged> staged = List.of();
  private int gridX = 1;
  private int gridY = 1;
  private int gridZ = 1;
  private int blockX = 1;
  private int blockY = 1;
  private int sharedBytes;
  private boolean over;

  /// Whether a kernel may read and write all of `buffers` 16 bytes at a time. One on the host
  /// always may be: its copy for the launch lies so.
  public static boolean aligned(@Nullable Buffer... buffers) {
    for (Buffer buffer : buffers) {
      if ((buffer instanceof GpuF32 onDevice && onDevice.address() % 16 != 0)
          || (buffer instanceof GpuHalf halves && halves.address() % 16 != 0)) {
        return false;
      }
    }
    return true;
  }

  Launch(Gpu gpu, Gpu.Kernel kernel, LaunchArguments arguments) {
    this.gpu = gpu;
    this.kernel = kernel;
    this.arguments = arguments;
  }

  public Launch grid(int x) {
    return grid(x, 1, 1);
  }

  public Launch grid(int x, int y) {
    return grid(x, y, 1);
  }

  public Launch grid(int x, int y, int z) {
    gridX = x;
    gridY = y;
    gridZ = z;
    return this;
  }

  public Launch block(int x) {
    return block(x, 1);
  }

  public Launch block(int x, int y) {
    blockX = x;
    blockY = y;
    return this;
  }

  /// Dynamic shared memory of a block.
  public Launch shared(int bytes) {
    sharedBytes = bytes;
    return this;
  }

  /// A buffer that is only read, or null.
  public Launch in(@Nullable Buffer buffer) {
    return pointer(buffer, true, false);
  }

  /// A buffer that is written entirely, or null.
  public Launch out(@Nullable Buffer buffer) {
    return pointer(buffer, false, true);
  }

  /// A buffer that is read and written, or null.
  public Launch inOut(@Nullable Buffer buffer) {
    return pointer(buffer, true, true);
  }

  /// A device address.
  public Launch address(long address) {
    return i64(address);
  }

  public Launch i32(int value) {
    arguments.put(value);
    return this;
  }

  public Launch i64(long value) {
    arguments.put(value);
    return this;
  }

  public Launch f32(float value) {
    arguments.put(value);
    return this;
  }

  private Launch pointer(@Nullable Buffer buffer, boolean read, boolean written) {
    if (buffer == null) {
      return address(0);
    }
    if (buffer instanceof GpuHalf halves && !written) {
      if (!halves.gpu().driver().equals(gpu.driver())) {
        throw new IllegalArgumentException(kernel + ": a buffer of another device");
      }
      arguments.hold(halves.block());
      return address(halves.address());
    }
    if (buffer instanceof GpuF32 onDevice) {
      if (!onDevice.gpu().driver().equals(gpu.driver())) {
        throw new IllegalArgumentException(kernel + ": a buffer of another device");
      }
      if (written) {
        onDevice.block().written();
      }
      arguments.hold(onDevice.block());
      return address(onDevice.address());
    }
    Staged copy = new Staged(buffer, written, gpu.pool().take(Math.max(1, bytes(buffer))));
    if (staged.isEmpty()) {
      staged = new ArrayList<>();
    }
    staged.add(copy);
    if (read) {
      copy.upload(gpu.driver());
    }
    return address(copy.address);
  }

  private static long bytes(Buffer buffer) {
    return (long) buffer.length() * buffer.dtype().bytes();
  }

  /// Launches, once; a grid without blocks does nothing.
  public void run() {
    if (over) {
      throw new IllegalStateException(kernel + ": launched already");
    }
    over = true;
    try {
      if (gridX > 0 && gridY > 0 && gridZ > 0) {
        LaunchShape shape = new LaunchShape(gridX, gridY, gridZ, blockX, blockY, 1, sharedBytes);
        launch(shape);
        for (Staged copy : staged) {
          copy.download(gpu.driver());
        }
      }
    } finally {
      staged.forEach(copy -> gpu.pool().give(copy.address));
      staged = List.of();
      gpu.launched(arguments);
    }
  }

  private void launch(LaunchShape shape) {
    Recorder recorder = Recording.current();
    if (recorder == null) {
      ask(shape);
      return;
    }
    LaunchRecord.of(recorder, gpu.driver(), kernel.name(), shape.toString(), () -> ask(shape));
  }

  private void ask(LaunchShape shape) {
    MemorySegment values = arguments.bytes();
    try {
      gpu.driver().launch(kernel.function(), shape, values);
    } catch (DeviceOutOfMemoryException full) { // the kernel needs memory of its own
      gpu.pool().giveUpIdle();
      gpu.driver().launch(kernel.function(), shape, values);
    }
  }

  /// The place on the device of a buffer that lies on the host.
  private record Staged(Buffer host, boolean written, long address) {
    void upload(Driver driver) {
      if (host.length() > 0) {
        LaunchRecord.copy(
            LaunchRecord.TO_DEVICE, bytes(host), () -> driver.copyIn(address, segment()));
      }
    }

    void download(Driver driver) {
      if (written && host.length() > 0) {
        LaunchRecord.copy(
            LaunchRecord.TO_HOST, bytes(host), () -> driver.copyOut(segment(), address));
      }
    }

    private MemorySegment segment() {
      MemorySegment whole =
          switch (host) {
            case F32 it -> MemorySegment.ofArray(it.array()).asSlice(4L * it.offset());
            case F64 it -> MemorySegment.ofArray(it.array()).asSlice(8L * it.offset());
            case I64 it -> MemorySegment.ofArray(it.array()).asSlice(8L * it.offset());
            case GpuF32 it -> throw new IllegalStateException("on the device already: " + it);
            case GpuHalf it -> throw new IllegalStateException("on the device already: " + it);
          };
      return whole.asSlice(0, bytes(host));
    }
  }
}
