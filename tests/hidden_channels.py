"""More ways in which a submission may try to say what it saw: see `tests/test_hidden_leaks.py`.

Each is the body of a function of hidden pictures `p`; `hexed(p)` and `numbers(p)` say all of them.
None changes an outcome by what it saw: outcomes are what a student is told.
"""

from __future__ import annotations

__all__ = ["BY_ERRORS", "BY_PROCESSES", "BY_VALUES", "LATER"]

BY_ERRORS = {
    "groups in groups": """
    raise ExceptionGroup(hexed(p), [ExceptionGroup(hexed(p), [KeyError(hexed(p))])])""",
    "notes that are none": "e = ValueError(); e.__notes__ = [p.tobytes(), hexed(p)]; raise e",
    "notes in one text": "e = ValueError(); e.__notes__ = hexed(p); raise e",
    "context": """
    try: raise KeyError(hexed(p))
    except KeyError: raise ValueError""",
    "a cause that is set": "e = ValueError(); e.__cause__ = OSError(hexed(p)); raise e",
    "arguments of any kind": "raise ValueError(p, {hexed(p): p.tobytes()}, [numbers(p)])",
    "attributes": "e = ValueError(); e.__dict__[hexed(p)] = p; raise e",
    "stop": "raise StopIteration(hexed(p))",
    "stop of a generator": "raise GeneratorExit(hexed(p))",
    "an interrupt": "raise KeyboardInterrupt(hexed(p))",
    "any exception": "raise type('E' + hexed(p), (BaseException,), {})(hexed(p))",
    "too deep": "raise RecursionError(hexed(p))",
    "an assertion": "assert False, hexed(p)",
    "a name": "raise NameError(hexed(p), name=hexed(p))",
    "a name that is looked up": "exec('n_' + hexed(p)[:200], {})",
    "an attribute": "raise AttributeError(hexed(p), name=hexed(p), obj=p)",
    "a module": "raise ModuleNotFoundError(hexed(p), name='m' + hexed(p)[:60])",
    "a module that is imported": "__import__('m_' + hexed(p)[:60])",
    "a file that is not there": "open(hexed(p)[:200])",
    "an absolute path that is not there": "open('/' + hexed(p)[:200])",
    "bytes that are no text": "raise UnicodeDecodeError('utf-8', p.tobytes(), 0, 1, hexed(p))",
    "numbers of lines and columns": """
    n = numbers(p)
    raise SyntaxError('x', (__file__, n[200] + 1, n[201], hexed(p)[:99], n[202] + 1, n[203]))""",
    "a module and a longer name": """
    raise type('E', (ValueError,), {'__module__': hexed(p), '__qualname__': hexed(p)})()""",
    "a metaclass": """
    M = type('M', (type,), {'__repr__': lambda s: hexed(p), '__str__': lambda s: hexed(p)})
    raise M('E', (ValueError,), {})(hexed(p))""",
    "a traceback of its own": """
    import sys, types
    try: 1 / 0
    except ZeroDivisionError as e: made = e
    frame = sys._getframe()
    trace = None
    for n in numbers(p)[200:212]:
        trace = types.TracebackType(trace, frame, 0, n + 1)
    raise made.with_traceback(trace)""",
    "lines of other files": """
    exec(compile('\\n' * int(p[0, 5, 5]) + '1 / 0', __file__.replace('work', 'helper'), 'exec'))""",
    "the cache of lines": """
    import linecache
    lines = [hexed(p) + '\\n'] * 300
    linecache.cache[__file__] = (1, None, lines, __file__)
    raise ValueError""",
    "its own source": """
    try: open(__file__, 'w').write(hexed(p))
    except OSError: pass
    raise ValueError""",
    "words that never end": """
    raise type('E', (Exception,), {'__str__': lambda s: 'x' * (10 ** 6) + hexed(p)})()""",
    "a warning": "import warnings; warnings.warn(hexed(p)); raise ValueError",
    "a warning that is an error": """
    import warnings
    warnings.simplefilter('error')
    warnings.warn(hexed(p), type('W' + hexed(p), (UserWarning,), {}))""",
    "codes of a terminal": "raise ValueError('\\x1b[31m\\x1b]0;' + hexed(p) + '\\x07')",
    "a page": "raise ValueError('<script>alert(1)</script><img src=x onerror=y>' + hexed(p))",
    "half characters": "raise ValueError(''.join(chr(0xd800 + n) for n in numbers(p)[:200]))",
}
BY_VALUES = {
    "a kind of text": "return type('T' + hexed(p), (str,), {})(hexed(p))",
    "kinds of numbers": "return [type('F' + hexed(p), (float,), {})(n) for n in numbers(p)]",
    "kinds of whole numbers": "return [type('I', (int,), {})(n) for n in numbers(p)]",
    "a kind of array": "return p.view(type('A' + hexed(p)[:99], (np.ndarray,), {}))",
    "an array that answers itself": """
    return type('A', (), {'__array_function__': lambda *a, **k: hexed(p), 'shape': (3,)})()""",
    "what becomes an array": "return type('A', (), {'__array__': lambda s, *a, **k: p})()",
    "what is reduced": "return type('A', (), {'__reduce__': lambda s: (eval, (hexed(p),))})()",
    "a kind of dict": "return type('D', (dict,), {})({hexed(p)[:99]: 1})",
    "a kind of list": "return type('L' + hexed(p)[:99], (list,), {})(numbers(p))",
    "bytes": "return p.tobytes()",
    "a set": "return set(numbers(p))",
    "complex numbers": "return [complex(n, n) for n in numbers(p)]",
    "huge whole numbers": "return [10 ** 5000 + n for n in numbers(p)[200:203]]",
    "a mask": "return np.ma.masked_array([0, 0, 0], mask=p.ravel()[200:203] % 2 == 0)",
    "dates": "return p.ravel()[:300].astype('datetime64[s]')",
    "long numbers": "return p.astype(np.longdouble)",
    "what nan holds": """
    bits = p.ravel()[:300].astype(np.uint64) | np.uint64(0x7ff8000000000000)
    return bits.view(np.float64)""",
    "signs of zeros": "return [-0.0 if n % 2 else 0.0 for n in numbers(p)]",
    "numbers near a tolerance": "return [1.0 + n * 1e-15 for n in numbers(p)]",
    "the order of a dict": "return {str(n): 0 for n in dict.fromkeys(numbers(p))}",
    "the order of bytes": "return p[:, 0, 0].astype('>i4' if p[0, 5, 5] % 2 else '<i4') * 0",
    "strides": "return np.zeros((30, 30))[:: int(p[0, 5, 5]) % 3 + 1, 0][:3]",
    "lists in lists": """
    made = []
    for _ in range(int(p[0, 5, 5]) % 50 + 5): made = [made]
    return made""",
    "the same list again": "one = [0]; return [one if n % 2 else [0] for n in numbers(p)[200:203]]",
    "texts in an array": "return np.array([hexed(p)[:200]] * 3)",
    "a generator": "return (n for n in numbers(p))",
    "a graph": "return type('Digraph', (), {'source': hexed(p), 'body': [hexed(p)]})()",
    "more than it may send": "return np.zeros(int(p[0, 5, 5]) + (20 << 20))",
    "what it was given": "p[...] = p + 1; return [0, 0, 0]",
}
BY_PROCESSES = {
    "standard error": "import os; os.write(2, hexed(p).encode()); return [0, 0, 0]",
    "standard output": "import os; os.write(1, hexed(p).encode()); return [0, 0, 0]",
    "a log": "import logging; logging.getLogger().error(hexed(p)); return [0, 0, 0]",
    "how often it prints": "print('x\\n' * int(p[0, 5, 5]), flush=True); return [0, 0, 0]",
    "time": "import time; time.sleep(int(p[0, 5, 5]) / 2000); return [0, 0, 0]",
    "time of the processor": "sum(range(int(p[0, 5, 5]) * 20_000)); return [0, 0, 0]",
    "memory for a moment": "bytearray(int(p[0, 5, 5]) << 17); return [0, 0, 0]",
    "threads": """
    import threading
    for _ in range(int(p[0, 5, 5]) % 5): threading.Thread(target=lambda: None).start()
    return [0, 0, 0]""",
    "a code of an end": "import sys; sys.exit(int(p[0, 5, 5]) % 200 + 1)",
    "what is done at the end": """
    import atexit
    atexit.register(print, hexed(p))
    raise SystemExit""",
    "an abort": "import os; print(hexed(p), flush=True); os.abort()",
    "bytes in the channel": """
    import gc, socket
    for one in gc.get_objects():
        if isinstance(one, socket.socket) and one.fileno() >= 0: one.send(p.tobytes())
    return [0, 0, 0]""",
    "packages that are not there": """
    from grader.runner import shims
    shims.take_used = lambda: (hexed(p)[:200], 'torch')
    return [0, 0, 0]""",
    "how failures are told": """
    import grader.runner.serve as serve
    from grader.runner.failures import RefusedRequest
    def told(error, root):
        return kept[0](RefusedRequest('unsendable', hexed(p)), root)
    kept.append(serve.describe)
    serve.describe = told
    raise ValueError""",
    "the values of others": """
    import grader.runner.serve as serve
    before = serve.encode
    serve.encode = lambda value, **more: before(hexed(p), **more)
    return [0, 0, 0]""",
}  # fmt: skip
LATER = {
    "a file": """
    open('seen.txt', 'w').write(hexed(p))
    globals()['tell'] = lambda: open('seen.txt').read()
    return [0, 0, 0]""",
    "a file for the other exercise": """
    import tempfile
    for place in ('seen.py', '../seen.py', '../other/seen.py', tempfile.gettempdir() + '/seen.py'):
        try: open(place, 'w').write('seen = ' + repr(hexed(p)))
        except OSError: pass
    return [0, 0, 0]""",
    "its environment": "import os; os.environ['SEEN'] = hexed(p); return [0, 0, 0]",
    "a module": """
    import sys, types
    sys.modules['seen'] = types.SimpleNamespace(seen=hexed(p))
    return [0, 0, 0]""",
    "how numbers are printed": """
    np.set_printoptions(precision=int(p[0, 5, 5]) % 9 + 1)
    globals()['tell'] = lambda: np.array([1 / 3])
    return [0, 0, 0]""",
    "a class": "globals()['tell'] = type('T' + hexed(p), (), {}); return [0, 0, 0]",
    "words of a function": """
    globals()['tell'].__doc__ = hexed(p)
    globals()['tell'].__name__ = hexed(p)
    globals()['tell'].__qualname__ = hexed(p)
    return [0, 0, 0]""",
    "what a function asks for": """
    import inspect
    one = inspect.Parameter('a' + hexed(p)[:99], inspect.Parameter.KEYWORD_ONLY)
    globals()['tell'].__signature__ = inspect.Signature([one])
    return [0, 0, 0]""",
    "when": """
    import time
    globals()['tell'] = lambda: time.sleep(int(p[0, 5, 5]) / 2000) or 'nothing'
    return [0, 0, 0]""",
    "from a thread": """
    import threading, time
    def say():
        time.sleep(0.01)
        print(hexed(p), flush=True)
    threading.Thread(target=say).start()
    return [0, 0, 0]""",
    "by ending": """
    import os
    globals()['tell'] = lambda: os._exit(numbers(p)[200])
    return [0, 0, 0]""",
    "by a timer": """
    import signal
    signal.signal(signal.SIGALRM, lambda *a: print(hexed(p), flush=True))
    signal.setitimer(signal.ITIMER_REAL, 0.005)
    return [0, 0, 0]""",
}
