@@echo off
rem Finds a Python this bundle was made for; all else is in support\start.py.
setlocal
set PYTHONUTF8=1
rem The install manager of Python is not to look for a version on the internet.
set PYTHON_MANAGER_AUTOMATIC_INSTALL=false
set "IS_RIGHT=import sys; sys.exit(sys.version_info[:2] not in @tuples)"
pushd "%~dp0"
set "FOUND=%ALLOCATION_PYTHON%"
if defined FOUND goto start
for %%v in (@dotted) do (
    py -%%v -c "%IS_RIGHT%" >nul 2>nul && set "VERSION=%%v" && goto launch
)
set "FOUND=python"
"%FOUND%" -c "%IS_RIGHT%" >nul 2>nul && goto start
for %%v in (@joined) do for %%d in ("%LocalAppData%\Programs\Python" "%ProgramFiles%") do (
    set "FOUND=%%~d\Python%%v\python.exe"
    if exist "%%~d\Python%%v\python.exe" goto start
)
type support\no-python.txt
set CODE=1
goto end
:launch
py -%VERSION% support\start.py %*
set CODE=%ERRORLEVEL%
goto end
:start
"%FOUND%" support\start.py %*
set CODE=%ERRORLEVEL%
:end
popd
if not "%CODE%"=="0" pause
exit /b %CODE%
