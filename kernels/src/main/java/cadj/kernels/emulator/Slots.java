package cadj.kernels.emulator;

import cadj.kernels.ptx.PtxKernel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Gives every register of a kernel its [Slot]; and also every constant and special register it
/// reads, so that instructions find all their operands in slots.
final class Slots {
  private final Map<String, Slot> registers = new HashMap<>();
  private final Map<Constant, Slot> constants = new LinkedHashMap<>();
  private final Map<Special, Slot> specials = new LinkedHashMap<>();
  private final Map<Kind, Integer> declared = new EnumMap<>(Kind.class);
  private final Map<Kind, List<String>> names = new EnumMap<>(Kind.class);

  /// Bits that every lane reads as a value of `kind`.
  record Constant(Kind kind, long bits) {}

  /// A special register such as `%tid.x`, read as INT or LONG.
  record Special(String name, Kind kind) {}

  Slots(PtxKernel kernel) {
    for (Kind kind : Kind.values()) {
      names.put(kind, new ArrayList<>());
    }
    kernel.registers().forEach((name, type) -> registers.put(name, add(Kind.of(type), name)));
    names.forEach((kind, list) -> declared.put(kind, list.size()));
  }

  private Slot add(Kind kind, String name) {
    List<String> list = names.get(kind.carrier());
    list.add(name);
    return new Slot(kind, list.size() - 1);
  }

  Slot register(String name) {
    Slot slot = registers.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("no register " + name);
    }
    return slot;
  }

  Slot constant(Kind kind, long bits) {
    return constants.computeIfAbsent(
        new Constant(kind, bits), it -> add(kind, "0x%x".formatted(bits)));
  }

  Slot special(Special special) {
    return specials.computeIfAbsent(special, it -> add(it.kind(), it.name()));
  }

  /// Whether `slot` is of a register that instructions write.
  boolean isRegister(Slot slot) {
    return slot.index() < declared.get(slot.kind().carrier());
  }

  /// How many slots there are of a carrier.
  int count(Kind carrier) {
    return names.get(carrier).size();
  }

  String name(Slot slot) {
    return names.get(slot.kind().carrier()).get(slot.index());
  }

  Map<Constant, Slot> constants() {
    return constants;
  }

  Map<Special, Slot> specials() {
    return specials;
  }
}
