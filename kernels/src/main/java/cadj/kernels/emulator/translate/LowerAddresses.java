package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.LoadStore;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.emulator.run.ThreadBlock;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxType;
import cadj.kernels.ptx.PtxVariable.Space;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What all instructions that go to memory have in common: the space and type they name, the lanes'
/// addresses ([LoadStore]), and what they put in order.
final class LowerAddresses {
  static final int ADDRESSES = Emitter.FREE;

  private static final ClassDesc LOAD_STORE = Emitter.classOf(LoadStore.class);
  private static final ClassDesc LONGS = CD_long.arrayType();

  private final Translation translation;
  private final Emitter emitter;

  LowerAddresses(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
  }

  /// The type of what is moved, which is the last modifier.
  PtxType type(Instruction it) {
    if (it.modifiers().isEmpty()) {
      throw translation.unsupported(it);
    }
    PtxType type = translation.type(it, it.modifiers().getLast());
    if (type.bytes() == 0) {
      throw translation.unsupported(it);
    }
    return type;
  }

  /// Null for generic addresses.
  @Nullable Space space(Instruction it) {
    for (String modifier : it.modifiers()) {
      switch (modifier) {
        case "global" -> {
          return Space.GLOBAL;
        }
        case "shared" -> {
          return Space.SHARED;
        }
        case "local" -> {
          return Space.LOCAL;
        }
        case "const" -> {
          return Space.CONST;
        }
        case "param" -> {
          return Space.PARAM;
        }
        case "shared::cluster" -> throw translation.unsupported(it);
        default -> {}
      }
    }
    return null;
  }

  /// `.acquire`: what others did before they released is in order with what comes now.
  void acquired(Instruction it) {
    if (it.has("acquire") || it.has("acq_rel")) {
      ordered();
    }
  }

  /// `membar`, `fence`: where threads wait for others by atomics and volatile loads, it is these
  /// that put what they do in order.
  void fence() {
    if (translation.mayWait()) {
      ordered();
    }
  }

  private void ordered() {
    if (translation.checksRegisters()) {
      emitter.warp().code().invokevirtual(Emitter.WARP, "acquired", MethodTypeDesc.of(CD_void));
    }
  }

  /// Leaves the addresses in a local variable.
  ///
  /// @param space null for generic addresses, whose access is one of those to each space
  void find(
      Instruction it, Operand.Address address, @Nullable Space space, Access.Mode does, int bytes) {
    Access access = accesses(space, does, bytes);
    find(it, address, access, space == null ? "findGeneric" : "find", -1);
    emitter.code().astore(ADDRESSES);
  }

  /// The access to `space`, or if null the first of those to each.
  Access accesses(@Nullable Space space, Access.Mode does, int bytes) {
    if (space != null) {
      return translation.access(emitter.at(), space, does, bytes);
    }
    return Stream.of(Space.values())
        .map(each -> translation.access(emitter.at(), each, does, bytes))
        .toList()
        .getFirst();
  }

  /// Leaves the addresses, an array, on the stack.
  ///
  /// @param lanes that name an address at all
  void find(Instruction it, Operand.Address address, Access access, String method, int lanes) {
    begin(it, address, access, lanes);
    emitter
        .code()
        .invokevirtual(
            LOAD_STORE, method, MethodTypeDesc.of(LONGS, CD_int, LONGS, CD_long, CD_int));
  }

  /// The same for accesses of which each lane makes only so many bytes as `present` says.
  void findPresent(Instruction it, Operand.Address address, Access access, Slot present) {
    begin(it, address, access, -1);
    emitter
        .register(present)
        .code()
        .invokevirtual(
            LOAD_STORE,
            "find",
            MethodTypeDesc.of(LONGS, CD_int, LONGS, CD_long, CD_int, CD_int.arrayType()));
  }

  private void begin(Instruction it, Operand.Address address, Access access, int lanes) {
    Slot base = translation.base(it, address);
    emitter.reads(base);
    loadStore();
    emitter.mask();
    if (lanes != -1) {
      emitter.push(lanes).code().iand();
    }
    pushBase(base);
    emitter.push(address.offset()).push(access.number());
  }

  /// Pushes addresses as an array of longs.
  void pushBase(Slot base) {
    if (base.kind() == RegisterKind.INT) {
      loadStore();
      emitter.mask().register(base);
      emitter
          .code()
          .invokevirtual(LOAD_STORE, "widen", MethodTypeDesc.of(LONGS, CD_int, CD_int.arrayType()));
    } else {
      emitter.register(base);
    }
  }

  private void loadStore() {
    emitter
        .warp()
        .code()
        .getfield(Emitter.WARP, "block", Emitter.classOf(ThreadBlock.class))
        .getfield(Emitter.classOf(ThreadBlock.class), "loadStore", LOAD_STORE);
  }
}
