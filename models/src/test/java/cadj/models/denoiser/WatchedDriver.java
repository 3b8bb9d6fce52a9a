package cadj.models.denoiser;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Driver;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.emulator.EmulatedDriver;
import java.lang.foreign.MemorySegment;

/// A GPU without a card that counts what the host asks it for.
public final class WatchedDriver extends ForwardingDriver {
  private boolean capturing;
  private int launches;
  private int waits;
  private int captures;
  private int replays;

  /// An emulated one.
  public WatchedDriver() {
    this(new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.BOUNDS));
  }

  public WatchedDriver(Driver driver) {
    super(driver);
  }

  /// @param launches of kernels, and copies and fills within the device, that were not recorded
  /// @param waits of the host for the device
  /// @param captures begun
  /// @param replays of graphs
  public record Counts(int launches, int waits, int captures, int replays) {}

  /// Since the last call.
  public Counts counts() {
    Counts counts = new Counts(launches, waits, captures, replays);
    launches = 0;
    waits = 0;
    captures = 0;
    replays = 0;
    return counts;
  }

  private void launched() {
    if (!capturing) {
      launches++;
    }
  }

  @Override
  public void launch(long function, LaunchShape shape, MemorySegment arguments) {
    launched();
    super.launch(function, shape, arguments);
  }

  @Override
  public void copy(long to, long from, long bytes) {
    launched();
    super.copy(to, from, bytes);
  }

  @Override
  public void fill(long to, int bits, long count) {
    launched();
    super.fill(to, bits, count);
  }

  @Override
  public void copyOut(MemorySegment to, long from) {
    waits++;
    super.copyOut(to, from);
  }

  @Override
  public void synchronize() {
    waits++;
    super.synchronize();
  }

  @Override
  public void beginCapture() {
    captures++;
    capturing = true;
    super.beginCapture();
  }

  @Override
  public long endCapture() {
    capturing = false;
    return super.endCapture();
  }

  @Override
  public void replay(long graph) {
    replays++;
    super.replay(graph);
  }
}
