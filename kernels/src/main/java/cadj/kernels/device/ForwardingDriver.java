package cadj.kernels.device;

import java.lang.foreign.MemorySegment;

/// Another driver, of which a subclass changes what it wants to see or to do otherwise.
public abstract class ForwardingDriver implements Driver {
  private final Driver driver;

  protected ForwardingDriver(Driver driver) {
    this.driver = driver;
  }

  @Override
  public String name() {
    return driver.name();
  }

  @Override
  public long freeBytes() {
    return driver.freeBytes();
  }

  @Override
  public int capability() {
    return driver.capability();
  }

  @Override
  public int multiprocessors() {
    return driver.multiprocessors();
  }

  @Override
  public int sharedBytesPerBlock() {
    return driver.sharedBytesPerBlock();
  }

  @Override
  public long allocate(long bytes) {
    return driver.allocate(bytes);
  }

  @Override
  public void free(long address) {
    driver.free(address);
  }

  @Override
  public void resized(long address, long bytes) {
    driver.resized(address, bytes);
  }

  @Override
  public void copyIn(long to, MemorySegment from) {
    driver.copyIn(to, from);
  }

  @Override
  public void copyOut(MemorySegment to, long from) {
    driver.copyOut(to, from);
  }

  @Override
  public void copy(long to, long from, long bytes) {
    driver.copy(to, from, bytes);
  }

  @Override
  public void fill(long to, int bits, long count) {
    driver.fill(to, bits, count);
  }

  @Override
  public long load(PtxSource source) {
    return driver.load(source);
  }

  @Override
  public long function(long module, String kernel) {
    return driver.function(module, kernel);
  }

  @Override
  public void launch(long function, LaunchShape shape, MemorySegment arguments) {
    driver.launch(function, shape, arguments);
  }

  @Override
  public void synchronize() {
    driver.synchronize();
  }

  @Override
  public void beginCapture() {
    driver.beginCapture();
  }

  @Override
  public long endCapture() {
    return driver.endCapture();
  }

  @Override
  public void replay(long graph) {
    driver.replay(graph);
  }

  @Override
  public void destroy(long graph) {
    driver.destroy(graph);
  }

  @Override
  public long mark() {
    return driver.mark();
  }

  @Override
  public double milliseconds(long from, long to) {
    return driver.milliseconds(from, to);
  }

  @Override
  public void forget(long mark) {
    driver.forget(mark);
  }

  @Override
  public void close() {
    driver.close();
  }
}
