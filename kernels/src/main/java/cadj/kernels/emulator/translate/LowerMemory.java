package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.LoadStore;
import cadj.kernels.emulator.run.RawMemory;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxType;
import cadj.kernels.ptx.PtxVariable.Space;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Loads and stores: first the lanes' addresses ([LoadStore]), then the values, part by part.
final class LowerMemory {

  private final Translation translation;
  private final Emitter emitter;
  private final LowerAddresses addresses;

  LowerMemory(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
    this.addresses = new LowerAddresses(translation, emitter);
  }

  void load(Instruction it) {
    translation.requireOperands(it, 2, 2);
    Operand to = it.operands().getFirst();
    List<Operand> parts = to instanceof Operand.Group(List<Operand> group) ? group : List.of(to);
    PtxType type = addresses.type(it);
    requireParts(it, parts.size());
    Slot[] destinations = new Slot[parts.size()];
    for (int i = 0; i < destinations.length; i++) {
      destinations[i] = translation.register(it, parts.get(i));
      requireRoom(it, destinations[i], type);
    }
    Operand.Address address = translation.address(it, 1);
    @Nullable Space space =
        it.has("param") ? translation.parameterSpace(address) : addresses.space(it);
    addresses.find(it, address, space, Access.Mode.READ, type.bytes() * parts.size());
    addresses.acquired(it);
    for (int i = 0; i < destinations.length; i++) {
      move(load(type, destinations[i].kind(), i * type.bytes()), destinations[i], true);
    }
  }

  void store(Instruction it) {
    translation.requireOperands(it, 2, 2);
    Operand from = it.operands().get(1);
    List<Operand> parts =
        from instanceof Operand.Group(List<Operand> group) ? group : List.of(from);
    PtxType type = addresses.type(it);
    requireParts(it, parts.size());
    Operand.Address address = translation.address(it, 0);
    @Nullable Space space =
        it.has("param") ? translation.parameterSpace(address) : addresses.space(it);
    if (space == Space.CONST || space == Space.PARAM) {
      throw translation.trouble(it, "memory that is only read");
    }
    Slot[] sources = new Slot[parts.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = source(it, parts.get(i), type);
      emitter.reads(sources[i]);
    }
    addresses.find(it, address, space, Access.Mode.WRITE, type.bytes() * parts.size());
    for (int i = 0; i < sources.length; i++) {
      move(store(type, sources[i].kind(), i * type.bytes()), sources[i], false);
    }
  }

  private Slot source(Instruction it, Operand operand, PtxType type) {
    if (operand instanceof Operand.Register) {
      Slot slot = translation.register(it, operand);
      requireRoom(it, slot, type);
      return slot;
    }
    return translation.source(it, operand, RegisterKind.of(type));
  }

  /// A part's values between memory and `register`.
  private void move(LaneOperation operation, Slot register, boolean loads) {
    emitter.mask();
    if (loads) {
      emitter.register(register);
    }
    emitter.code().aload(LowerAddresses.ADDRESSES);
    if (!loads) {
      emitter.register(register);
    }
    LaneLoops.of(
            operation,
            loads ? register.kind() : null,
            loads ? List.of(RegisterKind.LONG) : List.of(RegisterKind.LONG, register.kind()))
        .call(emitter.code());
    if (loads) {
      emitter.writes(register);
    }
  }

  private static LaneOperation load(PtxType type, RegisterKind held, int plus) {
    boolean wide = held.bits() == 64;
    boolean half = held.bits() == 16;
    if (held.bits() == 8) {
      return raw("loadU8", "I:L", plus);
    }
    return switch (type) {
      case U8, B8 -> raw("loadU8", "I:L", plus);
      case S8 -> raw(half ? "loadS8AsHalf" : "loadS8", "I:L", plus);
      case S16 -> raw(half ? "loadU16" : "loadS16", "I:L", plus);
      case U16, B16, F16, BF16 -> raw("loadU16", "I:L", plus);
      case S32 -> raw("load32", "I:L", plus);
      case U32, B32, F16X2, BF16X2, TF32 ->
          wide
              ? raw("loadU32AsLong", "L:L", plus)
              : held == RegisterKind.FLOAT
                  ? raw("loadFloat", "F:L", plus)
                  : raw("load32", "I:L", plus);
      case F32 ->
          held == RegisterKind.FLOAT ? raw("loadFloat", "F:L", plus) : raw("load32", "I:L", plus);
      default ->
          held == RegisterKind.DOUBLE ? raw("loadDouble", "D:L", plus) : raw("load64", "L:L", plus);
    };
  }

  private static LaneOperation store(PtxType type, RegisterKind held, int plus) {
    return switch (type.bytes()) {
      case 1 -> raw("store8", ":LI", plus);
      case 2 -> raw("store16", ":LI", plus);
      case 4 ->
          held == RegisterKind.FLOAT ? raw("storeFloat", ":LF", plus) : raw("store32", ":LI", plus);
      default ->
          held == RegisterKind.DOUBLE
              ? raw("storeDouble", ":LD", plus)
              : raw("store64", ":LL", plus);
    };
  }

  private static LaneOperation raw(String method, String signature, int plus) {
    return new LaneOperation(RawMemory.class, method, signature, plus);
  }

  private void requireParts(Instruction it, int parts) {
    int expected = it.has("v2") ? 2 : it.has("v4") ? 4 : 1;
    if (parts != expected) {
      throw translation.trouble(it, "expected %d registers, found %d".formatted(expected, parts));
    }
  }

  /// A register may be wider than what is moved, but for floats.
  private void requireRoom(Instruction it, Slot slot, PtxType type) {
    int bits = 8 * type.bytes();
    boolean isFloat = slot.kind() == RegisterKind.FLOAT || slot.kind() == RegisterKind.DOUBLE;
    if (slot.kind().bits() < bits || (isFloat && slot.kind().bits() != bits)) {
      throw translation.trouble(
          it,
          "expected %d bits, but %s has %d"
              .formatted(bits, translation.slots().name(slot), slot.kind().bits()));
    }
  }
}
