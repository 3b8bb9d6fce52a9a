package cadj.kernels.ptxfile;

import cadj.kernels.device.Driver;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One launch of an entry: arrays are copied to the device, and back after it.
///
/// @param entry of `file`
/// @param arguments one for each parameter
public record EntryRun(PtxFile file, PtxKernel entry, LaunchShape shape, List<Argument> arguments) {
  /// @throws IllegalArgumentException if the arguments are not what the entry takes
  public EntryRun {
    ArgumentBlock.check(file.source().name(), entry, arguments);
    arguments = List.copyOf(arguments);
  }

  /// Launches it.
  ///
  /// @param driver of the device, emulated or real
  /// @return the arrays as they are afterwards, by their place among the arguments from 0
  public Map<Integer, Argument.Array> on(Driver driver) {
    long function = driver.function(driver.load(file.source()), entry.name());
    Map<Integer, Long> addresses = new TreeMap<>();
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < arguments.size(); i++) {
        if (arguments.get(i) instanceof Argument.Array array) {
          addresses.put(i, upload(driver, array));
        }
      }
      MemorySegment block = ArgumentBlock.of(entry, arguments, addresses::get, arena);
      driver.launch(function, shape, block);
      driver.synchronize();
      Map<Integer, Argument.Array> results = new TreeMap<>();
      addresses.forEach(
          (i, address) ->
              results.put(i, download(driver, address, (Argument.Array) arguments.get(i))));
      return results;
    } finally {
      addresses.values().forEach(driver::free);
    }
  }

  /// Whether the blocks of the grid wait for each other: a cooperative launch.
  public boolean isCooperative() {
    return entry.body().stream()
        .flatMap(it -> it.operands().stream())
        .anyMatch(
            it ->
                it instanceof Operand.Special(String name)
                    && (name.equals("%envreg1") || name.equals("%envreg2")));
  }

  private static long upload(Driver driver, Argument.Array array) {
    long address = driver.allocate(array.bytes());
    byte[] values = array.values();
    if (values != null && values.length > 0) {
      driver.copyIn(address, MemorySegment.ofArray(values));
    }
    return address;
  }

  private static Argument.Array download(Driver driver, long address, Argument.Array array) {
    byte[] values = new byte[(int) array.bytes()];
    if (values.length > 0) {
      driver.copyOut(MemorySegment.ofArray(values), address);
    }
    return new Argument.Array(array.type(), array.length(), values);
  }
}
