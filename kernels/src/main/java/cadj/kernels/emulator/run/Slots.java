package cadj.kernels.emulator.run;

import cadj.kernels.ptx.PtxKernel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Gives every register of a kernel its [Slot]; and also every constant and special register it
/// reads, so that instructions find all their operands in slots.
public final class Slots {
  private final Map<String, Slot> registers = new HashMap<>();
  private final ConstantRegisters constants = new ConstantRegisters();
  private final Map<Special, Slot> specials = new LinkedHashMap<>();
  private final Map<RegisterKind, Integer> declared = new EnumMap<>(RegisterKind.class);
  private final Map<RegisterKind, List<String>> names = new EnumMap<>(RegisterKind.class);

  /// A special register such as `%tid.x`, read as INT or LONG.
  public record Special(String name, RegisterKind kind) {}

  public Slots(PtxKernel kernel) {
    for (RegisterKind kind : RegisterKind.values()) {
      names.put(kind, new ArrayList<>());
    }
    kernel
        .registers()
        .forEach((name, type) -> registers.put(name, add(RegisterKind.of(type), name)));
    names.forEach((kind, list) -> declared.put(kind, list.size()));
  }

  private Slot add(RegisterKind kind, String name) {
    List<String> list = names.get(kind.carrier());
    list.add(name);
    return new Slot(kind, list.size() - 1);
  }

  public Slot register(String name) {
    Slot slot = registers.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("no register " + name);
    }
    return slot;
  }

  public Slot constant(RegisterKind kind, long bits) {
    return constants.slot(kind, bits, () -> add(kind, "0x%x".formatted(bits)));
  }

  public Slot special(Special special) {
    return specials.computeIfAbsent(special, it -> add(it.kind(), it.name()));
  }

  /// Whether `slot` is of a register that instructions write.
  public boolean isRegister(Slot slot) {
    return slot.index() < declared.get(slot.kind().carrier());
  }

  /// How many slots there are of a carrier.
  int count(RegisterKind carrier) {
    return names.get(carrier).size();
  }

  public String name(Slot slot) {
    return names.get(slot.kind().carrier()).get(slot.index());
  }

  ConstantRegisters constants() {
    return constants;
  }

  Map<Special, Slot> specials() {
    return specials;
  }
}
