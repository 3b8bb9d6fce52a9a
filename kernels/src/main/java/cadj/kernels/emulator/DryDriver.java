package cadj.kernels.emulator;

import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Driver;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// A GPU that keeps account and computes nothing: what a run of any size would allocate and launch,
/// at the cost of the host's part of it. Addresses lead nowhere, and what is copied to the host is
/// zeros.
public final class DryDriver implements Driver {
  private static final int ALIGNMENT = 256;
  private static final int MULTIPROCESSORS = 108;
  private static final int SHARED_BYTES = 99 << 10;

  private final long capacity;
  private final TreeMap<Long, Long> allocations = new TreeMap<>();
  private final Map<Long, String> kernels = new HashMap<>();
  private final Map<String, Integer> launches = new TreeMap<>();
  private long next = ALIGNMENT;
  private long allocated;
  private int waits;
  private long modules;

  /// @param capacity bytes that there are
  public DryDriver(long capacity) {
    this.capacity = capacity;
  }

  /// How often each kernel was launched.
  public Map<String, Integer> launches() {
    return Map.copyOf(launches);
  }

  /// How often the host has waited for the device.
  public int waits() {
    return waits;
  }

  /// Forgets launches and waits.
  public void reset() {
    launches.clear();
    waits = 0;
  }

  @Override
  public String name() {
    return "dry";
  }

  @Override
  public int capability() {
    return 80;
  }

  @Override
  public int multiprocessors() {
    return MULTIPROCESSORS;
  }

  @Override
  public int sharedBytesPerBlock() {
    return SHARED_BYTES;
  }

  @Override
  public long freeBytes() {
    return capacity - allocated;
  }

  @Override
  public long allocate(long bytes) {
    if (bytes > freeBytes()) {
      throw new DeviceOutOfMemoryException(
          "allocate %d bytes: %d of %d are free".formatted(bytes, freeBytes(), capacity));
    }
    long address = next;
    next += Math.ceilDiv(Math.max(1, bytes), ALIGNMENT) * ALIGNMENT;
    allocations.put(address, bytes);
    allocated += bytes;
    return address;
  }

  @Override
  public void free(long address) {
    Long bytes = allocations.remove(address);
    if (bytes == null) {
      throw new IllegalStateException("free: 0x%x was not allocated".formatted(address));
    }
    allocated -= bytes;
  }

  @Override
  public void copyIn(long to, MemorySegment from) {
    requireAllocated(to, from.byteSize());
  }

  @Override
  public void copyOut(MemorySegment to, long from) {
    requireAllocated(from, to.byteSize());
    waits++;
    to.fill((byte) 0);
  }

  @Override
  public void copy(long to, long from, long bytes) {
    requireAllocated(to, bytes);
    requireAllocated(from, bytes);
    count("copy");
  }

  @Override
  public void fill(long to, int bits, long count) {
    requireAllocated(to, count * Integer.BYTES);
    count("fill");
  }

  private void requireAllocated(long address, long bytes) {
    Map.Entry<Long, Long> below = allocations.floorEntry(address);
    if (below == null || address + bytes > below.getKey() + below.getValue()) {
      throw new IllegalStateException(
          "%d bytes at 0x%x are not allocated".formatted(bytes, address));
    }
  }

  @Override
  public long load(PtxSource source) {
    return ++modules;
  }

  @Override
  public long function(long module, String kernel) {
    long function = kernels.size();
    kernels.put(function, kernel);
    return function;
  }

  @Override
  public void launch(long function, LaunchShape shape, MemorySegment arguments) {
    count(kernels.get(function));
  }

  private void count(String kernel) {
    launches.merge(kernel, 1, Integer::sum);
  }

  @Override
  public void synchronize() {
    waits++;
  }

  @Override
  public long mark() {
    return 0;
  }

  @Override
  public double milliseconds(long from, long to) {
    return 0;
  }

  @Override
  public void forget(long mark) {}

  @Override
  public void close() {
    allocations.clear();
    allocated = 0;
  }
}
