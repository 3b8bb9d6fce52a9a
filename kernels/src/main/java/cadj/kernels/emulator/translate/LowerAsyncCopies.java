package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.AsyncCopies;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxVariable.Space;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// `cp.async` from global to shared memory.
final class LowerAsyncCopies {
  private static final ClassDesc COPIES = Emitter.classOf(AsyncCopies.class);
  private static final int TO = Emitter.FREE;
  private static final int FROM = Emitter.FREE + 1;

  private final Translation translation;
  private final Emitter emitter;
  private final LowerAddresses memory;

  LowerAsyncCopies(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
    this.memory = new LowerAddresses(translation, emitter);
  }

  void copy(Instruction it) {
    if (!it.has("async") || it.has("bulk")) {
      throw translation.unsupported(it);
    }
    if (it.has("mbarrier")) {
      copies().warp().mask();
      call("awaitAll", Emitter.WARP, CD_int);
      new LowerMemoryBarriers(translation, emitter).arriveAfterCopies(it);
    } else if (it.has("commit_group")) {
      copies().mask();
      call("commit", CD_int);
    } else if (it.has("wait_group")) {
      translation.requireOperands(it, 1, 1);
      copies().warp().mask().push((int) whole(it, 0));
      call("await", Emitter.WARP, CD_int, CD_int);
    } else if (it.has("wait_all")) {
      copies().warp().mask();
      call("awaitAll", Emitter.WARP, CD_int);
    } else {
      begin(it);
    }
  }

  /// `cp.async.ca.shared.global [to], [from], bytes{, present}`
  private void begin(Instruction it) {
    translation.requireOperands(it, 3, 4);
    int bytes = (int) whole(it, 2);
    boolean fits = bytes == 16 || (!it.has("cg") && (bytes == 4 || bytes == 8));
    if (!fits || !it.has("shared") || !it.has("global")) {
      throw translation.unsupported(it);
    }
    Operand count = it.operands().size() > 3 ? it.operands().get(3) : new Operand.Whole(bytes);
    Slot present = translation.source(it, count, RegisterKind.INT);
    emitter.reads(present);
    Access write = translation.access(emitter.at(), Space.SHARED, Access.Mode.WRITE, bytes);
    Access read = translation.access(emitter.at(), Space.GLOBAL, Access.Mode.READ, bytes);
    memory.find(it, translation.address(it, 0), write, "findToo", -1);
    emitter.code().astore(TO);
    memory.findPresent(it, translation.address(it, 1), read, present);
    emitter.code().astore(FROM);
    copies().mask().push(bytes).push(write.number());
    emitter.code().aload(TO).aload(FROM);
    emitter.register(present);
    ClassDesc longs = CD_long.arrayType();
    call("begin", CD_int, CD_int, CD_int, longs, longs, CD_int.arrayType());
  }

  private Emitter copies() {
    emitter.warp().code().getfield(Emitter.WARP, "copies", COPIES);
    return emitter;
  }

  private void call(String method, ClassDesc... parameters) {
    emitter.code().invokevirtual(COPIES, method, MethodTypeDesc.of(CD_void, parameters));
  }

  private long whole(Instruction it, int operand) {
    if (it.operands().get(operand) instanceof Operand.Whole(long value)) {
      return value;
    }
    throw translation.trouble(it, "expected a number as operand " + (operand + 1));
  }
}
